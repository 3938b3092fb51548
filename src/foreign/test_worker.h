// For tests: a worker that speaks the protocol and does what the name of its task's function says, in a process of its
// own. It needs nothing but Python's standard library.
#pragma once

#include <fstream>
#include <string>

#include "base/scratch.h"
#include "foreign/worker.h"

namespace weir::foreign::testing {

inline constexpr char worker_script[] = R"py(
import json, os, signal, socket, sys

end = socket.socket(fileno=os.dup(0))
in_hand = {}


def say(**message):
    end.sendall((json.dumps(message) + "\n").encode())


def start(id, attempt, function, arguments):
    in_hand[id] = function
    say(type="log", id=id, lines=[["info", f"{attempt} has started"]])
    if function == "echo":
        finish(type="succeeded", id=id, us=5, value=arguments)
    elif function == "pid":
        finish(type="succeeded", id=id, us=5, value=os.getpid())
    elif function == "fail":
        finish(type="failed", id=id, us=5, failure={"message": "ValueError: boom", "retryable": False})
    elif function == "skip":
        finish(type="skipped", id=id, us=5, reason="no rows")
    elif function == "die":
        print("the last words", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    elif function == "leave":
        sys.exit(3)
    elif function == "babble":
        end.sendall(b"what?\n")
    elif function == "odd":
        for odd in (1, None, "x", [], {}, {"type": 7}, {"type": "succeeded"}, {"type": "succeeded", "id": "0"},
                    {"type": "succeeded", "id": 99}, {"type": "log", "id": id, "lines": [1, ["info"], [2, 3]]},
                    {"type": "unheard of"}):
            end.sendall((json.dumps([odd]) + "\n").encode())
        finish(type="failed", id=id, failure="odd")


def finish(**message):
    del in_hand[message["id"]]
    say(**message)


def take(message):
    kind = message["type"]
    if kind == "open" and os.path.exists("refuses"):
        say(type="refused", error={"message": "no such file"})
    elif kind == "open":
        say(type="ready")
    elif kind == "start":
        inputs = message["inputs"]
        attempt = f"{message['task']}, attempt {message['number']}"
        start(message["id"], attempt, inputs["function"], inputs.get("arguments"))
    elif kind == "cancel" and in_hand.get(message["id"]) == "hold":
        finish(type="cancelled", id=message["id"])
    elif kind == "ping":
        say(type="pong", in_hand=len(in_hand))


if os.path.exists("mute"):
    signal.pause()
say(type="hello", protocol=1, language="python", version="3", pid=os.getpid(), threads=4, coroutines=4)
for line in end.makefile("r", encoding="utf-8", newline="\n"):
    for message in json.loads(line):
        take(message)
)py";

/// A folder from which such a worker starts.
class WorkerFolder {
 public:
  WorkerFolder() {
    std::filesystem::create_directory(scratch_.path() / "weir");
    write("weir/__init__.py", "");
    write("weir/worker.py", worker_script);
  }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream(scratch_.path() / name) << text;
  }

  WorkerCommand command() const {
    return {
        .python = "python3", .directory = scratch_.path(), .cancel_patience = std::chrono::milliseconds{1}};
  }

 private:
  Scratch scratch_{};
};

}  // namespace weir::foreign::testing
