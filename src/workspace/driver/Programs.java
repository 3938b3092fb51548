// Runs main classes inside a JVM that is there already: the driver's own, or that of a cluster, where several may run at
// a time. Each has a thread group; by it the JVM's one standard output is told apart, and by it a program is ended.
//
// There is one Programs in a JVM, a property of the system. It is compiled there by Janino, which Spark brings: plain Java
// without lambdas or generics.
package weir;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.SparkSession;

public class Programs {
  private static final String KEY = "weir.programs";
  private static final long STOP_MILLISECONDS_MAX = 1000;

  private final Map programs = new ConcurrentHashMap();  // by name
  private final Map outputs = new ConcurrentHashMap();   // PrintStream[] by thread group

  /** The JVM's own, made of this class when there is none yet. */
  public Object install() {
    synchronized (System.getProperties()) {
      Object known = System.getProperties().get(KEY);
      if (known != null) return known;
      System.setOut(new PrintStream(new Router(this, 0, System.out), true));
      System.setErr(new PrintStream(new Router(this, 1, System.err), true));
      System.getProperties().put(KEY, this);
      return this;
    }
  }

  /** Two files (named pipes, as a rule) for what a program prints. Closed when it has ended. */
  public Object open(String out, String err) throws IOException {
    return new PrintStream[] {new PrintStream(new FileOutputStream(out), true),
                              new PrintStream(new FileOutputStream(err), true)};
  }

  /** Returns when the program's main has: null, or what it threw. `output` is what open() gave, or null. */
  public Object run(String name, String mainClass, String[] arguments, Object output, SparkSession session, String tag)
      throws InterruptedException {
    ThreadGroup group = new ThreadGroup("weir-run-" + name);
    PrintStream[] streams = (PrintStream[]) output;
    if (streams != null) outputs.put(group, streams);
    Program program = new Program(group, mainClass, arguments, streams, session, tag);
    programs.put(name, program);
    program.start();
    try {
      program.join();
    } finally {
      programs.remove(name);
      outputs.remove(group);
      if (streams != null) {
        streams[0].close();
        streams[1].close();
      }
    }
    return program.thrown;
  }

  /** Ends a program that nobody waits for any more. True when it is gone. */
  public boolean stop(String name) throws InterruptedException {
    Program program = (Program) programs.get(name);
    if (program == null) return true;
    program.getThreadGroup().interrupt();
    program.join(STOP_MILLISECONDS_MAX);
    if (!program.isAlive()) return true;
    try {
      program.stop();
    } catch (UnsupportedOperationException newerJava) {
      return false;
    }
    program.join(STOP_MILLISECONDS_MAX);
    return !program.isAlive();
  }

  PrintStream streamOf(ThreadGroup group, int index, PrintStream otherwise) {
    for (; group != null; group = group.getParent()) {
      PrintStream[] streams = (PrintStream[]) outputs.get(group);
      if (streams != null) return streams[index];
    }
    return otherwise;
  }

  static class Program extends Thread {
    Throwable thrown;
    private final String mainClass;
    private final String[] arguments;
    private final PrintStream[] streams;
    private final SparkSession session;
    private final String tag;

    Program(ThreadGroup group, String mainClass, String[] arguments, PrintStream[] streams, SparkSession session,
            String tag) {
      super(group, "main of " + mainClass);
      this.mainClass = mainClass;
      this.arguments = arguments;
      this.streams = streams;
      this.session = session;
      this.tag = tag;
      setContextClassLoader(Thread.currentThread().getContextClassLoader());
    }

    public void run() {
      try {
        if (streams != null) {  // Scala's println keeps a stream of its own
          scala.Console$.MODULE$.setOutDirect(streams[0]);
          scala.Console$.MODULE$.setErrDirect(streams[1]);
        }
        session.sparkContext().addJobTag(tag);
        SparkSession.setActiveSession(session);
        Method main = Class.forName(mainClass, true, getContextClassLoader())
            .getMethod("main", new Class[] {String[].class});
        if (!Modifier.isStatic(main.getModifiers())) throw new NoSuchMethodException(mainClass + ".main is not static");
        main.setAccessible(true);
        main.invoke(null, new Object[] {arguments});
      } catch (InvocationTargetException failed) {
        thrown = failed.getCause();
      } catch (Throwable failed) {
        thrown = failed;
      }
    }
  }

  static class Router extends OutputStream {
    private final Programs programs;
    private final int index;
    private final PrintStream otherwise;

    Router(Programs programs, int index, PrintStream otherwise) {
      this.programs = programs;
      this.index = index;
      this.otherwise = otherwise;
    }

    private PrintStream target() {
      return programs.streamOf(Thread.currentThread().getThreadGroup(), index, otherwise);
    }

    public void write(int one) {
      target().write(one);
    }

    public void write(byte[] bytes, int from, int count) {
      target().write(bytes, from, count);
    }

    public void flush() {
      target().flush();
    }
  }
}
