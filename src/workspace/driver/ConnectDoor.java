// The Spark Connect server of Spark 3.5, which by itself lets in whoever reaches it, from any machine: here it listens
// on this machine only, and asks for a token, as that of Spark 4 does.
//
// Compiled in the JVM of a cluster by Janino, which Spark brings: plain Java without lambdas or generics.
package weir;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.connect.service.SparkConnectInterceptorRegistry$;
import org.apache.spark.sql.connect.service.SparkConnectService;
import org.apache.spark.sql.connect.service.SparkConnectService$;
import org.sparkproject.connect.grpc.Metadata;
import org.sparkproject.connect.grpc.Server;
import org.sparkproject.connect.grpc.ServerCall;
import org.sparkproject.connect.grpc.ServerCallHandler;
import org.sparkproject.connect.grpc.ServerInterceptor;
import org.sparkproject.connect.grpc.Status;
import org.sparkproject.connect.grpc.netty.NettyServerBuilder;

public class ConnectDoor implements ServerInterceptor {
  private static final int MESSAGE_BYTES_MAX = 128 << 20;
  private static final Metadata.Key AUTHORIZATION = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private byte[] expected = new byte[0];

  /** The port. Interceptors are asked in the reverse of their order: this one first. */
  public int open(String token) throws IOException {
    expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0));
    builder.maxInboundMessageSize(SparkEnv.get().conf().getInt("spark.connect.grpc.maxInboundMessageSize",
                                                               MESSAGE_BYTES_MAX));
    builder.addService(new SparkConnectService(false));
    SparkConnectInterceptorRegistry$.MODULE$.chainInterceptors(builder);
    builder.intercept(this);
    Server server = builder.build();
    server.start();
    SparkConnectService$.MODULE$.server_$eq(server);
    return server.getPort();
  }

  public ServerCall.Listener interceptCall(ServerCall call, Metadata headers, ServerCallHandler next) {
    String offered = (String) headers.get(AUTHORIZATION);
    byte[] bytes = offered == null ? new byte[0] : offered.getBytes(StandardCharsets.UTF_8);
    if (MessageDigest.isEqual(expected, bytes)) return next.startCall(call, headers);
    call.close(Status.UNAUTHENTICATED.withDescription("no or a wrong token"), new Metadata());
    return new Ignored();
  }

  static class Ignored extends ServerCall.Listener {
  }
}
