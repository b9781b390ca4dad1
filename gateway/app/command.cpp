#include "app/command.h"

namespace gatehouse::app {
namespace {

constexpr Command kCommands[] = {
    {"run", "[-c FILE]", "start the gateway and stay in the foreground",
     "Starts the gateway on FILE and serves until it is told to stop.\n\n"
     "  SIGHUP   load the file again      SIGTERM, SIGINT  finish what is open, then end; a second "
     "one stops\n"
     "  SIGUSR1  open the access log again (after it was renamed)\n\n"
     "Signals go to the process that you started. The log is on standard error, one JSON object a "
     "line, or text on a\n"
     "terminal. A file with errors is not started: they are printed as `gatehouse check` prints "
     "them.\n",
     0, run_run},
    {"check", "[-c FILE] [--json]", "look for errors in the file, without starting anything",
     "Checks FILE and prints every error at once, as file:line:column: error[code]: message. "
     "Warnings stop nothing.\n"
     "Needs no network and no running gateway.\n",
     0, run_check},
    {"routes", "[-c FILE] [--json]", "print the rules in the order in which they are tried",
     "Prints the rules of every listener by priority: conditions and what happens.\n", 0,
     run_routes},
    {"reload", "[-c FILE] [--json]", "let the running gateway load the file again",
     "Checks FILE, then asks the gateway at its admin address to load it. A file with errors "
     "changes nothing.\n"
     "Returns when the new configuration is live, and says what changed.\n",
     0, run_reload},
    {"rollback", "[N] [-c FILE] [--json]",
     "let the running gateway go back to an earlier configuration",
     "Goes back to generation N, or to the one before. It holds until the bytes of the file "
     "change.\n"
     "The admin API lists the generations: GET /generations.\n",
     1, run_rollback},
    {"version", "[--json]", "print the version and how it was built", "Prints the version.\n", 0,
     run_version},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace gatehouse::app
