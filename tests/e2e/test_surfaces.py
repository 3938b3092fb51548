"""The surfaces of the embedded workspace for real clients: files of volumes, workspace objects, tokens, https, and the
table of endpoints."""

import io
import os
import ssl
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from unittest import mock

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import BadRequest, NotFound
from databricks.sdk.service.catalog import VolumeType
from databricks.sdk.service.workspace import ExportFormat, ImportFormat, Language
from harness import ROOT, WeirTest

VOLUME = "/Volumes/main/default/raw"


def client_of(weir, **more):
    """The unmodified SDK, given a host and a token and nothing else of this machine."""
    only = {"DATABRICKS_HOST": weir.host(), "DATABRICKS_TOKEN": weir.token()} | more
    clean = {name: value for name, value in weir.environment.items() if not name.startswith("WEIR_")}
    with mock.patch.dict(os.environ, clean | only, clear=True):
        return WorkspaceClient()


class Surfaces(WeirTest):
    with_workspace = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client = client_of(cls.weir)

    def test_files_of_any_size_come_back_from_a_volume_as_they_were(self):
        for size in (0, 17, 5 * 1024 * 1024 + 3, 120 * 1024 * 1024 + 1):  # the largest goes in parts, several at once
            content = os.urandom(size)
            path = f"{VOLUME}/sdk/file-{size}.bin"
            self.client.files.upload(path, io.BytesIO(content), overwrite=True)
            self.assertEqual(self.client.files.get_metadata(path).content_length, size)
            self.assertEqual(self.client.files.download(path).contents.read(), content)
            with tempfile.TemporaryDirectory() as folder:
                local = Path(folder) / "copy"
                self.client.files.download_to(path, str(local), use_parallel=True)
                self.assertEqual(local.read_bytes(), content)

    def test_a_volume_is_made_used_and_deleted_with_its_schema(self):
        schema = self.client.schemas.create("e2e", "main")
        volume = self.client.volumes.create("main", schema.name, "in-box", VolumeType.MANAGED)
        path = f"/Volumes/{volume.full_name.replace('.', '/')}/a.txt"
        self.client.dbutils.fs.put(path, "hello")
        self.assertEqual(self.client.files.download(path).contents.read(), b"hello")
        self.assertEqual([one.name for one in self.client.volumes.list("main", "e2e")], ["in-box"])
        with self.assertRaisesRegex(BadRequest, "'main.e2e' is not empty"):
            self.client.schemas.delete(schema.full_name)
        self.client.volumes.delete(volume.full_name)
        self.client.schemas.delete(schema.full_name)
        with self.assertRaises(NotFound):
            self.client.files.get_metadata(path)
        self.assertEqual([one.name for one in self.client.schemas.list("main")], ["default"])

    def test_a_stream_of_unknown_length_is_uploaded(self):
        content = os.urandom(60 * 1024 * 1024)
        stream = io.BufferedReader(io.BytesIO(content))
        stream.seekable = lambda: False
        self.client.files.upload(f"{VOLUME}/stream.bin", stream)
        self.assertEqual(self.client.files.download(f"{VOLUME}/stream.bin").contents.read(), content)

    def test_folders_of_a_volume_are_listed_page_by_page(self):
        for number in range(7):
            self.client.files.upload(f"{VOLUME}/pages/{number}", io.BytesIO(b"x"))
        listed = self.client.files.list_directory_contents(f"{VOLUME}/pages", page_size=3)
        self.assertEqual([entry.name for entry in listed], [str(number) for number in range(7)])
        self.client.dbfs.copy(f"{VOLUME}/pages", f"{VOLUME}/copied", recursive=True)
        self.client.dbfs.delete(f"{VOLUME}/pages", recursive=True)
        with self.assertRaises(NotFound):
            self.client.files.get_directory_metadata(f"{VOLUME}/pages")
        self.assertTrue(self.client.dbfs.exists(f"{VOLUME}/copied/6"))

    def test_weir_fs_copies_to_a_volume_and_back(self):
        folder = self.weir.directory / "tree"
        (folder / "below").mkdir(parents=True)
        contents = {"a b.bin": os.urandom(70 * 1024 * 1024), "below/ü%+.txt": b"text"}
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        self.assert_ended(self.weir("fs", "cp", "-r", folder, f"dbfs:{VOLUME}/tree"), 0)
        self.assert_ended(self.weir("fs", "cp", "-r", f"dbfs:{VOLUME}/tree", self.weir.directory / "back"), 0)
        for name, content in contents.items():
            self.assertEqual((self.weir.directory / "back" / name).read_bytes(), content)
        self.assert_ended(self.weir("fs", "rm", "-r", f"dbfs:{VOLUME}/tree"), 0)
        self.assertNotEqual(self.weir("fs", "ls", f"dbfs:{VOLUME}/tree").code, 0)

    def test_notebooks_go_through_every_format(self):
        source = b"# Databricks notebook source\nprint(1)\n\n# COMMAND ----------\n\n# MAGIC %md\n# MAGIC # Title\n"
        workspace = self.client.workspace
        workspace.mkdirs("/Shared/formats")
        workspace.upload("/Shared/formats/nb", io.BytesIO(source), language=Language.PYTHON, overwrite=True)
        for exported, imported in (
            (ExportFormat.JUPYTER, ImportFormat.JUPYTER),
            (ExportFormat.HTML, ImportFormat.HTML),
        ):
            content = workspace.download("/Shared/formats/nb", format=exported).read()
            workspace.upload("/Shared/formats/again", io.BytesIO(content), format=imported, overwrite=True)
            back = workspace.download("/Shared/formats/again", format=ExportFormat.SOURCE).read()
            self.assertEqual(back, source, exported)

    def test_a_folder_is_exported_and_imported_as_an_archive(self):
        workspace = self.client.workspace
        workspace.mkdirs("/Shared/tree/below")
        workspace.upload("/Shared/tree/nb", io.BytesIO(b"print(1)"), language=Language.PYTHON, overwrite=True)
        workspace.upload("/Shared/tree/below/f.txt", io.BytesIO(b"x"), format=ImportFormat.AUTO, overwrite=True)
        archive = workspace.download("/Shared/tree", format=ExportFormat.AUTO).read()
        workspace.upload("/Shared/copy", io.BytesIO(archive))
        listed = {info.path: info.object_type.value for info in workspace.list("/Shared/copy", recursive=True)}
        self.assertEqual(listed, {"/Shared/copy/nb": "NOTEBOOK", "/Shared/copy/below/f.txt": "FILE"})

    def test_an_object_keeps_its_number(self):
        workspace = self.client.workspace

        def write(text):
            workspace.upload("/Shared/numbered", io.BytesIO(text), language=Language.PYTHON, overwrite=True)
            return workspace.get_status("/Shared/numbered").object_id

        first = write(b"1")
        self.assertEqual(write(b"2"), first)
        self.assertEqual(
            [info.object_id for info in workspace.list("/Shared") if info.path == "/Shared/numbered"], [first]
        )
        workspace.delete("/Shared/numbered")
        self.assertNotEqual(write(b"3"), first)

    def test_a_token_of_ones_own_signs_in_until_it_is_deleted(self):
        token = self.client.tokens.create(comment="mine", lifetime_seconds=3600)
        mine = WorkspaceClient(host=self.weir.host(), token=token.token_value)
        self.assertEqual(mine.current_user.me().user_name, self.client.current_user.me().user_name)
        self.client.tokens.delete(token.token_info.token_id)
        with self.assertRaisesRegex(Exception, "(?i)token"):
            WorkspaceClient(host=self.weir.host(), token=token.token_value).current_user.me()

    def test_pools_policies_scripts_repos_users_and_groups_are_there_for_the_sdk(self):
        pool = self.client.instance_pools.create("sdk", "local").instance_pool_id
        self.assertEqual(self.client.instance_pools.get(pool).instance_pool_name, "sdk")
        policy = self.client.cluster_policies.create(name="sdk", definition="{}").policy_id
        self.assertIn(policy, [one.policy_id for one in self.client.cluster_policies.list()])
        self.assertTrue(list(self.client.policy_families.list()))
        script = self.client.global_init_scripts.create("sdk", "ZWNobyAx").script_id
        self.assertEqual(self.client.global_init_scripts.get(script).name, "sdk")
        repo = self.client.repos.create(url="https://example.com/a/b.git", provider="gitHub")
        self.assertEqual([one.id for one in self.client.repos.list()], [repo.id])
        me = self.client.current_user.me()
        self.assertEqual([user.id for user in self.client.users.list(filter=f'userName eq "{me.user_name}"')], [me.id])
        self.assertIn("admins", [group.display_name for group in self.client.groups.list()])


class Table(WeirTest):
    def test_the_page_of_endpoints_is_what_the_router_serves(self):
        page = self.weir("workspace", "endpoints", "--markdown")
        self.assert_ended(page, 0)
        written = (ROOT / "docs/reference/workspace-api.md").read_text()
        how = "write it anew: weir workspace endpoints --markdown > docs/reference/workspace-api.md"
        self.assertEqual(page.out, written, how)

    def test_every_endpoint_declares_its_fields(self):
        undeclared = [one for one in self.weir.json("workspace", "endpoints") if not one["is_declared"]]
        self.assertEqual([f"{one['method']} {one['name']}" for one in undeclared], [])


class Https(WeirTest):
    def test_https_is_served_beside_http_with_a_certificate_of_its_own(self):
        self.assert_ended(self.weir("workspace", "start", "--https"), 0)
        status = self.weir.json("workspace", "status")
        certificate = Path(status["certificate"])
        self.assertTrue(status["https_host"].startswith("https://127.0.0.1:"))
        self.assertEqual((certificate.parent / "server.key").stat().st_mode & 0o077, 0)
        trust = {"SSL_CERT_FILE": str(certificate), "REQUESTS_CA_BUNDLE": str(certificate)}
        with mock.patch.dict(os.environ, trust):
            client = WorkspaceClient(host=status["https_host"], token=self.weir.token())
            self.assertTrue(client.current_user.me().active)
            content = os.urandom(60 * 1024 * 1024)
            client.files.upload(f"{VOLUME}/secure.bin", io.BytesIO(content))
            self.assertEqual(client.files.download(f"{VOLUME}/secure.bin").contents.read(), content)
        with self.assertRaises(urllib.error.URLError) as refused:
            urllib.request.urlopen(status["https_host"], context=ssl.create_default_context())
        self.assertIsInstance(refused.exception.reason, ssl.SSLCertVerificationError)
        over_https = {"DATABRICKS_HOST": status["https_host"], "DATABRICKS_TOKEN": self.weir.token()}
        trusted = {name: str(certificate) for name in ("CURL_CA_BUNDLE", "SSL_CERT_FILE")}
        listed = self.weir("fs", "ls", f"dbfs:{VOLUME}", WEIR_WORKSPACE="", **over_https, **trusted)
        self.assert_ended(listed, 0)
        self.assertIn("secure.bin", listed.out)

        self.assert_ended(self.weir("workspace", "stop"), 0)
        before = certificate.read_bytes()
        self.assert_ended(self.weir("workspace", "start", "--https"), 0)
        self.assertEqual(self.weir.json("workspace", "status")["https_host"], status["https_host"])
        self.assertEqual(certificate.read_bytes(), before)

    def test_others_reach_it_only_when_told_so_and_only_over_https(self):
        weir = self.weir
        weir("workspace", "stop")
        ended = weir("workspace", "start", "--https", "--address", "0.0.0.0", "--foreground")
        self.assertNotEqual(ended.code, 0)
        self.assertIn("--expose", ended.err)
        self.assertNotEqual(weir("workspace", "start", "--address", "0.0.0.0", "--expose").code, 0)


if __name__ == "__main__":
    unittest.main()
