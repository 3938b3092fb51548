"""A run goes on in another process: what has finished is not run again, whatever became of the body meanwhile."""

import unittest

from harness import WEIR, FlowTest

FLOW = """
import os, sys, time
@task
def count(x):
    with open("counted", "a") as file: file.write(f"{x};")
    return x
@task
def dies(x):
    if weir.context().parameters["waits"]:
        open("begun", "w").close()
        while not os.path.exists("safe"): time.sleep(0.01)
    if not os.path.exists("safe"): os.kill(os.getpid(), 9)
    return x + 1
@task
def mended(x):
    if not os.path.exists("safe"): raise ValueError("not yet")
    return x * 2
"""
DIES = """
@flow
def main(n: int = 4, waits: bool = False):
    first = count(n)
    kept = first.result()
    return dies(kept).result() + count(10).result()
if __name__ == "__main__":
    print(main.resume(sys.argv[1]) if len(sys.argv) > 1 else main())
"""


class Resume(FlowTest):
    def setUp(self):
        for name in ("begun", "counted", "over", "safe"):
            (self.directory / name).unlink(missing_ok=True)

    def counted(self):
        return (self.directory / "counted").read_text()

    def killed(self, source=FLOW + DIES):
        """A run whose program was killed while its task `dies` ran, and its name."""
        self.file = self.write(source)
        self.assertEqual(self.python(self.file).code, -9)
        (self.directory / "safe").touch()
        shown = self.last_run()
        self.assertEqual((shown["state"], self.counted()), ("running", "4;"))
        return shown["name"]

    def test_by_the_verb_resume(self):
        name = self.killed()
        ended = self.weir("runs", "resume", name)
        self.assertEqual(ended.code, 0, ended.err)
        self.assertEqual(self.last_run()["state"], "succeeded")
        self.assertEqual(self.counted(), "4;10;")

    def test_by_the_program_itself(self):
        name = self.killed()
        ended = self.python(self.file, WEIR_RESUME=name)
        self.assertEqual((ended.code, ended.out), (0, "15\n"), ended.err)
        self.assertEqual(self.counted(), "4;10;")

    def test_by_a_call_of_resume(self):
        name = self.killed()
        ended = self.python(self.file, name)
        self.assertEqual((ended.code, ended.out), (0, "15\n"), ended.err)
        self.assertEqual(self.counted(), "4;10;")

    def test_an_attempt_that_died_with_its_program_takes_no_retry(self):
        name = self.killed()
        self.assertEqual(self.weir("runs", "resume", name).code, 0)
        self.assertEqual(self.last_run()["tasks"]["dies"]["state"], "succeeded")

    def test_parameters_are_those_of_the_run(self):
        self.file = self.write(FLOW + DIES)
        child = self.start(WEIR, "run", self.file, "-p", "n=4", "-p", "waits=true")
        self.wait_until(lambda: (self.directory / "begun").exists(), "the task has begun")
        child.kill()
        self.assertEqual(self.finish(child).code, -9)
        (self.directory / "safe").touch()
        name = self.last_run()["name"]
        self.assertEqual(self.python(self.file, name).out, "15\n")
        self.assertEqual(self.last_run()["parameters"], {"waits": True, "n": 4})

    def test_what_ended_gives_the_stored_result_in_the_recorded_order(self):
        source = (
            FLOW
            + """
@task
def follows(x):
    while x and not os.path.exists(f"{x - 1}.ended"): time.sleep(0.001)
    open(f"{x}.ended", "w").close()
    return x
@flow
def main(waits: bool = False):
    order = [future.result() for future in weir.as_completed([follows(2), follows(0), follows(1)])]
    print("order", order, flush=True)
    count(4)
    return dies(count(4).result()).result()
if __name__ == "__main__":
    main()
"""
        )
        self.file = self.write(source)
        died = self.python(self.file)
        self.assertEqual(died.code, -9)
        # A file is written before its attempt ends, so that the order of the files is only nearly the recorded one.
        self.assertRegex(died.out, r"^order \[[012], [012], [012]\]\n$")
        (self.directory / "safe").touch()
        ended = self.python(self.file, WEIR_RESUME=self.last_run()["name"])
        self.assertEqual((ended.code, ended.out), (0, died.out), ended.err)

    def test_a_changed_body_keeps_what_it_still_has_and_adds_the_new(self):
        name = self.killed()
        changed = (FLOW + DIES).replace("count(10).result()", "give_more(100).result()")
        changed = changed.replace("@flow\n", "@task\ndef give_more(x): return x\n@flow\n")
        self.write(changed, self.file.name)
        ended = self.python(self.file, name)
        self.assertEqual((ended.code, ended.out), (0, "105\n"), ended.err)
        self.assertEqual(self.counted(), "4;")
        self.assertEqual(self.states(), {"count": "succeeded", "dies": "succeeded", "give_more": "succeeded"})

    def test_a_replayed_body_is_waited_for_though_every_task_has_ended(self):
        file = self.write(
            """
            import os, signal, time
            @task
            def give(x): return x
            @task
            def dies():
                if not os.path.exists("safe"):
                    time.sleep(0.2)  # until the body has returned
                    os.kill(os.getpid(), signal.SIGKILL)
                open("over", "w").close()
            @flow
            def main():
                given = give(5)
                dies()
                if os.path.exists("safe"):
                    while not os.path.exists("over"):
                        time.sleep(0.01)
                    time.sleep(0.3)  # what does nobody wait for has ended by now, the run with it
                    return given.result() + give(7).result()
            if __name__ == "__main__":
                print(main())
            """
        )
        self.assertEqual(self.python(file).code, -9)
        (self.directory / "safe").touch()
        ended = self.python(file, WEIR_RESUME=self.last_run()["name"])
        self.assertEqual((ended.code, ended.out), (0, "12\n"), ended.err)

    def test_retry_runs_what_failed_again_and_nothing_else(self):
        file = self.write(FLOW + "@flow\ndef main(): return mended(count(1)).result()\n")
        self.assertEqual(self.weir("run", file).code, 1)
        (self.directory / "safe").touch()
        name = self.last_run()["name"]
        ended = self.weir("runs", "retry", name)
        self.assertEqual(ended.code, 0, ended.err)
        shown = self.last_run()
        self.assertEqual((shown["name"], shown["tasks"]["mended"]["result"]), (name, 2))
        self.assertEqual(self.counted(), "1;")

    def test_a_stored_result_that_a_loss_of_power_emptied_is_made_again(self):
        mark = self.directory / "mended"
        file = self.write(
            f"""
            import os
            @task
            def table():
                return [bytes(300_000)]
            @task
            def reads(rows):
                if not os.path.exists({str(mark)!r}):
                    raise ValueError("not yet")
                return len(rows[0])
            @flow
            def main():
                return reads(table()).result()
            if __name__ == "__main__":
                print(main())
            """
        )
        self.assertEqual(self.python(file).code, 1)
        run = self.last_run()
        [stored] = (self.directory / "home/results" / run["id"]).iterdir()
        stored.write_bytes(b"")
        mark.touch()
        ended = self.weir("runs", "retry", run["name"])
        self.assertEqual((ended.code, self.states()), (0, {"table": "succeeded", "reads": "succeeded"}), ended.err)

    def test_a_run_that_has_ended_is_not_resumed_and_says_what_to_do(self):
        file = self.write(FLOW + "@flow\ndef main(): mended(1)\nmain()\n")
        self.assertEqual(self.python(file).code, 1)
        name = self.last_run()["name"]
        ended = self.python(file, WEIR_RESUME=name)
        self.assertEqual(ended.code, 1)
        self.assertIn(f"run '{name}' has ended", ended.err)
        self.assertIn(f"weir runs retry {name}", ended.err)
        ended = self.python(file, WEIR_RESUME="no-such-run")
        self.assertIn("there is no run 'no-such-run'", ended.err)

    def test_a_flow_that_was_typed_in_has_no_file_to_resume_by(self):
        source = "import weir\nfrom weir import flow, task\n" + FLOW + DIES
        self.assertEqual(self.python("-c", source).code, -9)
        (self.directory / "safe").touch()
        name = self.last_run()["name"]
        ended = self.weir("runs", "resume", name)
        self.assertNotEqual(ended.code, 0)
        ended = self.python("-c", source, WEIR_RESUME=name)
        self.assertEqual((ended.code, ended.out), (0, "15\n"), ended.err)

    def test_a_pause_lets_nothing_new_start_until_somebody_resumes(self):
        source = (
            FLOW
            + """
@task
def hold(): weir.pause("look at it")
@flow
def main():
    count(hold())
"""
        )
        before = len(self.json("runs", "list"))
        child = self.start(WEIR, "run", self.write(source))
        self.wait_until(lambda: len(self.json("runs", "list")) > before, "there is a run")
        self.wait_until(lambda: self.states().get("hold") == "succeeded", "the task has paused the run")
        self.assertEqual(self.last_run()["tasks"]["count"]["attempts"], 0)
        self.assertEqual(self.weir("runs", "resume", self.last_run()["name"]).code, 0)
        self.assertEqual(self.finish(child).code, 0)
        self.assertEqual(self.counted(), "None;")


if __name__ == "__main__":
    unittest.main()
