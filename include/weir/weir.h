// weir: durable workflows for data pipelines. Everything of the public API.
#pragma once

#include <weir/call.h>
#include <weir/context.h>
#include <weir/databricks.h>
#include <weir/error.h>
#include <weir/flow.h>
#include <weir/future.h>
#include <weir/hook.h>
#include <weir/input.h>
#include <weir/json.h>
#include <weir/main.h>
#include <weir/options.h>
#include <weir/run_flow.h>
#include <weir/state.h>
#include <weir/subflow.h>
#include <weir/task.h>
#include <weir/wait.h>
