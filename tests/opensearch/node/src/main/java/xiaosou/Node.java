package xiaosou;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * One OpenSearch node, which ends when the process ends that it was started for.
 *
 * <p>Usage: Node PROCESS FOLDER NAME=VALUE... where the folder is the node's home, removed in the
 * end, and the rest its settings. When it answers, the file "port" in its home says where.
 */
public final class Node extends org.opensearch.node.Node {

    private static final List<Class<? extends Plugin>> MODULES =
        List.of(Netty4ModulePlugin.class, CommonAnalysisModulePlugin.class);

    private static final String LOGGING = """
        status = error
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d %p %c{1.} %m%n
        rootLogger.level = warn
        rootLogger.appenderRef.console.ref = console
        """;

    private Node(Environment environment) {
        super(environment, MODULES.stream().map(Node::describe).toList(), false);
    }

    private static PluginInfo describe(Class<? extends Plugin> module) {
        String name = module.getName();
        return new PluginInfo(name, "", "NA", Version.CURRENT, "21", name, List.of(), false);
    }

    public static void main(String[] arguments) throws Exception {
        ProcessHandle owner = ProcessHandle.of(Long.parseLong(arguments[0])).orElseThrow();
        Path home = Path.of(arguments[1]).toAbsolutePath();
        Path configuration = Files.createDirectories(home.resolve("config"));
        Files.writeString(configuration.resolve("opensearch.yml"), "");
        Files.writeString(configuration.resolve("log4j2.properties"), LOGGING);
        for (String folder : List.of("data", "logs", "modules", "plugins")) {
            Files.createDirectories(home.resolve(folder));
        }
        Settings.Builder settings = Settings.builder().put("path.home", home.toString());
        for (String argument : List.of(arguments).subList(2, arguments.length)) {
            String[] setting = argument.split("=", 2);
            settings.put(setting[0], setting[1]);
        }
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings.build(), Map.of(), configuration, () -> "node");
        LogConfigurator.registerErrorListener();
        LogConfigurator.configure(environment);
        Node node = new Node(environment);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        int port = node.injector().getInstance(HttpServerTransport.class)
            .boundAddress().publishAddress().getPort();
        Path told = Files.writeString(home.resolve("port.new"), Integer.toString(port));
        Files.move(told, home.resolve("port"));
        owner.onExit().join();
        close(node);
        remove(home);
        System.exit(0);
    }

    private static void close(Node node) {
        try {
            node.close();
        } catch (IOException e) {
            e.printStackTrace();
        }
    }

    private static void remove(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
