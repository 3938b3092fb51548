#include "net/tls_server.h"

#include <algorithm>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/tls_context.h"

namespace weir::net {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

constexpr std::size_t serial_bytes = 16;
constexpr long seconds_a_day = 24 * 60 * 60;

bool is_address(const std::string& name) {
  in6_addr ignored{};
  return ::inet_pton(AF_INET, name.c_str(), &ignored) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), &ignored) == 1;
}

std::string text_of(BIO* memory) {
  char* bytes = nullptr;
  long size = BIO_get_mem_data(memory, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

/// HTTP/1.1 for whoever speaks it, HTTP/2 for clients that know nothing else: those of gRPC.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  constexpr std::string_view ours("\x08http/1.1\x02h2", 12);
  auto answer = ::SSL_select_next_proto(const_cast<unsigned char**>(chosen), chosen_size,
                                        reinterpret_cast<const unsigned char*>(ours.data()),
                                        static_cast<unsigned int>(ours.size()), offered, offered_size);
  return answer == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

/// Whose certificate it is, and who signs it with which key.
struct Signing {
  X509* certificate;
  X509* issuer;
  EVP_PKEY* issuer_key;
};

bool add_extension(const Signing& of, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, of.issuer, of.certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      ::X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), ::X509_EXTENSION_free);
  return extension && ::X509_add_ext(of.certificate, extension.get(), -1) == 1;
}

bool name_it(X509* certificate, std::string_view common_name) {
  return ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                                      reinterpret_cast<const unsigned char*>(common_name.data()),
                                      static_cast<int>(common_name.size()), -1, 0) == 1;
}

std::string alternatives_of(std::span<const std::string> names) {
  std::string alternatives;
  for (const auto& name : names)
    alternatives +=
        fmt::format("{}{}:{}", alternatives.empty() ? "" : ",", is_address(name) ? "IP" : "DNS", name);
  return alternatives;
}

bool number_it(X509* certificate) {
  unsigned char bytes[serial_bytes];
  if (::RAND_bytes(bytes, sizeof bytes) != 1) return false;
  bytes[0] &= 0x7f;  // positive
  std::unique_ptr<BIGNUM, decltype(&BN_free)> number(::BN_bin2bn(bytes, sizeof bytes, nullptr), ::BN_free);
  return number && ::BN_to_ASN1_INTEGER(number.get(), ::X509_get_serialNumber(certificate)) != nullptr;
}

/// Named, numbered and dated; without extensions and a signature.
Certificate new_certificate(EVP_PKEY* key, std::string_view common_name, int valid_days) {
  Certificate certificate(::X509_new(), ::X509_free);
  bool made = certificate && ::X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
              number_it(certificate.get()) && name_it(certificate.get(), common_name) &&
              ::X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -seconds_a_day) != nullptr &&
              ::X509_time_adj_ex(X509_getm_notAfter(certificate.get()), valid_days, 0, nullptr) != nullptr &&
              ::X509_set_pubkey(certificate.get(), key) == 1;
  if (!made) certificate.reset();
  return certificate;
}

bool sign(const Signing& of) {
  return ::X509_set_issuer_name(of.certificate, ::X509_get_subject_name(of.issuer)) == 1 &&
         add_extension(of, NID_authority_key_identifier, "keyid:always") &&
         ::X509_sign(of.certificate, of.issuer_key, ::EVP_sha256()) != 0;
}

bool sign_authority(X509* authority, EVP_PKEY* key) {
  Signing of{authority, authority, key};
  return add_extension(of, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
         add_extension(of, NID_key_usage, "critical,keyCertSign") &&
         add_extension(of, NID_subject_key_identifier, "hash") && sign(of);
}

bool sign_server(const Signing& of, std::span<const std::string> names) {
  return add_extension(of, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(of, NID_key_usage, "critical,digitalSignature") &&
         add_extension(of, NID_ext_key_usage, "serverAuth") &&
         add_extension(of, NID_subject_key_identifier, "hash") &&
         add_extension(of, NID_subject_alt_name, alternatives_of(names)) && sign(of);
}

}  // namespace

Result<std::shared_ptr<TlsServerContext>> load_tls_server(const std::filesystem::path& certificate,
                                                          const std::filesystem::path& key) {
  namespace ssl = boost::asio::ssl;
  auto tls = std::make_shared<TlsServerContext>();
  boost::system::error_code error;
  tls->context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                               ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1,
                           error);
  if (!error) tls->context.use_certificate_chain_file(certificate.string(), error);
  if (!error) tls->context.use_private_key_file(key.string(), ssl::context::pem, error);
  if (error)
    return fail(Code::invalid,
                fmt::format("cannot serve https with {} and {}: {}", certificate.string(), key.string(),
                            error.message()),
                "remove both files: new ones are made at the next start");
  ::SSL_CTX_set_alpn_select_cb(tls->context.native_handle(), choose_protocol, nullptr);
  return tls;
}

Result<SelfSigned> make_self_signed(std::span<const std::string> names, int valid_days) {
  Key key(EVP_EC_gen("P-256"), ::EVP_PKEY_free);
  Key authority_key(EVP_EC_gen("P-256"), ::EVP_PKEY_free);
  auto certificate = new_certificate(key.get(), "weir workspace", valid_days);
  auto authority = new_certificate(authority_key.get(), "weir workspace: its own authority", valid_days);
  Memory shown(::BIO_new(::BIO_s_mem()), ::BIO_free);
  Memory secret(::BIO_new(::BIO_s_mem()), ::BIO_free);
  bool made = certificate && authority && shown && secret &&
              sign_authority(authority.get(), authority_key.get()) &&
              sign_server({certificate.get(), authority.get(), authority_key.get()}, names) &&
              ::PEM_write_bio_X509(shown.get(), certificate.get()) == 1 &&
              ::PEM_write_bio_X509(shown.get(), authority.get()) == 1 &&
              ::PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
  if (!made) return fail(Code::internal, "OpenSSL could not make a certificate");
  return SelfSigned{.certificate = text_of(shown.get()), .key = text_of(secret.get())};
}

bool covers(std::string_view text, std::span<const std::string> names, int days) {
  Memory memory(::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), ::BIO_free);
  Certificate certificate(memory ? ::PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr) : nullptr,
                          ::X509_free);
  if (!certificate || ::X509_check_issued(certificate.get(), certificate.get()) == X509_V_OK) return false;
  int days_left = 0, seconds_left = 0;
  if (::ASN1_TIME_diff(&days_left, &seconds_left, nullptr, X509_get0_notAfter(certificate.get())) != 1)
    return false;
  return days_left >= days && std::ranges::all_of(names, [&](const std::string& name) {
           return is_address(name)
                      ? ::X509_check_ip_asc(certificate.get(), name.c_str(), 0) == 1
                      : ::X509_check_host(certificate.get(), name.c_str(), name.size(), 0, nullptr) == 1;
         });
}

}  // namespace weir::net
