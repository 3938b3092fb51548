// A child run: a task that runs a flow file as a run of its own. (A sub-flow, weir/subflow.h, joins the run instead.)
//
//   auto day = weir::run_flow("day.yaml", {{"day", "2024-05-01"}, {"rows", count(table)}});
//   report(day);   // {"report": …}: the results of the tasks that no other task of it needs, by their keys
//
// The child is listed with all runs, and can be watched, cancelled and resumed by itself. When its parent is resumed, it
// is found again and never started twice; cancelling the parent cancels it; a retry of the task is a new run.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <weir/input.h>

namespace weir {

/// Parameters of the flow by name: values, or futures of them.
using FlowArguments = std::vector<std::pair<std::string, Input<json>>>;

/// `file` is looked for in the folder in which the program was when its run began. The task's default name is that of
/// the file: "day".
Future<json> run_flow(const std::string& file, const FlowArguments& parameters = {}, Call call = {},
                      TaskOptions options = {});

}  // namespace weir
