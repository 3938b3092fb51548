// OpenSSL's context as Asio holds it: for the server's own files.
#pragma once

#include <boost/asio/ssl/context.hpp>

namespace weir::net {

class TlsServerContext {
 public:
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_server};
};

}  // namespace weir::net
