import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** Server PORT: answers each request with a sum over the letters of its path, computed in compiled code. */
public class Server {
  public static void main(String[] arguments) throws Exception {
    var address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), Integer.parseInt(arguments[0]));
    var server = HttpServer.create(address, 16);
    server.setExecutor(Executors.newFixedThreadPool(2));
    server.createContext("/", exchange -> {
      var answer = ("java " + sum(exchange.getRequestURI().getPath()) + "\n").getBytes();
      exchange.sendResponseHeaders(200, answer.length);
      try (var body = exchange.getResponseBody()) {
        body.write(answer);
      }
    });
    server.start();
  }

  private static long sum(String text) {
    long total = 0;
    for (int round = 0; round < 20000; round++) {
      for (int index = 0; index < text.length(); index++) total += text.charAt(index);
    }
    return total;
  }
}
