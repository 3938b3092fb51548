#include "cli/flows/graph_verb.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "cli/flows/declared_flow.h"
#include "graph/draw.h"
#include "graph/mermaid.h"

namespace weir::cli {
namespace {

struct Options {
  std::string flow{};
  std::string format{};
  std::string file{};
  std::vector<std::string> parameters{};
  std::string python{};
};

/// --json is one way to say --format json; without either, the name of the file says it.
Result<graph::Format> chosen_format(const Options& options, bool as_json) {
  if (options.format.empty()) return as_json ? graph::Format::json : graph::format_for_file(options.file);
  auto format = graph::format_named(options.format);
  if (format && as_json && *format != graph::Format::json) {
    return fail(Code::invalid, fmt::format("--json contradicts --format {}", options.format),
                "leave one of them out");
  }
  return format;
}

Result<void> write_file(const std::string& name, std::string_view text) {
  std::ofstream file(name, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (file) return {};
  return fail(Code::invalid, fmt::format("{}: cannot be written: {}", name, std::strerror(errno)));
}

void warn_of_size(const Terminal& terminal, graph::Format format, std::size_t edges) {
  if (format != graph::Format::mermaid || edges <= graph::mermaid_edges_usual_max) return;
  terminal.say(
      fmt::format("note: {} edges; viewers of Mermaid refuse more than {} unless maxEdges is raised, "
                  "--format svg has no limit",
                  edges, graph::mermaid_edges_usual_max));
}

Exit draw_flow(const Options& options, const Program& program, Terminal& terminal) {
  auto format = chosen_format(options, terminal.as_json);
  if (!format) return terminal.error(format.error());
  auto flow = declared_flow(program, options.flow, options.parameters, options.python);
  if (!flow && terminal.as_json) {
    terminal.data_json({{"problems", to_json(flow.error())}});
    return exit_code_of(flow.error().front().code);
  }
  if (!flow) return refuse(terminal, flow.error());
  auto graph = graph::graph_of(flow->spec, flow->grows_after);
  bool plain = !terminal.has_unicode() && options.file.empty();
  auto drawing = graph::draw(graph, *format, plain ? graph::Charset::ascii : graph::Charset::unicode);
  warn_of_size(terminal, *format, graph.edges.size());
  if (options.file.empty()) {
    terminal.raw(drawing);
  } else if (auto written = write_file(options.file, drawing); !written) {
    return terminal.error(written.error());
  }
  return Exit::ok;
}

}  // namespace

void add_graph_verb(Verb root, const Program& program) {
  root.verb(
      "graph", "Show the tasks of a flow and what they wait for, without running it", [&program](Verb verb) {
        auto options = std::make_shared<Options>();
        if (program.flows.empty()) {
          verb.argument("FILE", options->flow,
                        "the flow file: flow.yaml, flow.py, or flow.py:name when it has several");
          verb.option("--python", options->python, "The Python that reads a Python file");
        } else {
          verb.optional_argument("FLOW", options->flow, "which flow, when the program has several");
        }
        verb.option("-p,--parameter", options->parameters,
                    "A parameter of the flow: name=value; may be repeated");
        verb.option("-f,--format", options->format,
                    "tree (default), mermaid, dot, json or svg; for -o the file's ending says it");
        verb.option("-o,--output", options->file, "Write to this file instead of standard output");
        verb.runs([options, &program](Terminal& terminal) { return draw_flow(*options, program, terminal); });
      });
}

}  // namespace weir::cli
