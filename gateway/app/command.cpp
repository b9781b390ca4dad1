#include "app/command.h"

#include <algorithm>

namespace gatehouse::app {
namespace {

constexpr std::string_view kStrictOption[] = {"--strict"};
constexpr std::string_view kCheckOptions[] = {"--strict", "--sarif", "--compat="};
constexpr std::string_view kExplainOptions[] = {
    "-H=", "--source-ip=", "--listener=", "--cors=", "--credentials", "--live", "--sign", "--for="};
constexpr std::string_view kFmtOptions[] = {"--renumber", "--check", "--write"};
constexpr std::string_view kImportOptions[] = {"--strict"};
constexpr std::string_view kLuaOptions[] = {"--strict", "--write"};
constexpr std::string_view kTestOptions[] = {"--tap", "--junit=", "--coverage", "--watch"};
constexpr std::string_view kTokenOptions[] = {
    "--claim=",      "--lifetime=", "--algorithm=", "--secret-env=", "--secret-file=",
    "--public-key=", "--jwks=",     "--issuer=",    "--audience="};

constexpr std::string_view kTopOptions[] = {"--once", "--every=", "--sort=", "--rows="};

constexpr Command kCommands[] = {
    {"run", "start the gateway and stay in the foreground", "[--strict]", 0, true, false,
     R"(Starts the gateway on FILE and serves until it is told to stop. A file with errors is not
started: they are printed as `gatehouse check` prints them, and the exit code is 1.

Signals go to the process that you started:
  SIGHUP           load the file again, if it is good
  SIGTERM, SIGINT  finish what is under way, then end; a second one stops at once
  SIGUSR1          open the access log again (after it was renamed)

The log is on standard error: text on a terminal, else one JSON object a line. The access log is
where `access_log` of the file says, at first on standard output.

  --strict         a file with warnings is refused like one with errors, at the start and later
)",
     R"(  gatehouse run
  gatehouse run -c /etc/gatehouse/routes.yaml >access.log
)",
     run_run, kStrictOption},
    {"check", "look for errors in the file, without starting anything",
     "[--strict] [--sarif] [--compat alb]", 0, true, true,
     R"(Prints everything that is wrong with FILE at once: file:line:column, what it is, the line, and
what was probably meant. Needs no network and no running gateway; certificates are read.

Of a file without errors the rules are looked at as well: which no request reaches, since earlier
ones take all that they ask for, and where only their order decides, each with a request that shows
it; target groups that nothing names. Those are warnings and notes, which change nothing about the
exit code: 0 is a file that the gateway takes.

  --strict           exit code 1 if there is a warning; notes are none
  --sarif            print SARIF 2.1.0, for tools that gather findings
  --compat alb       warns wherever an AWS Application Load Balancer would refuse the file, or would
                     do otherwise
)",
     R"(  gatehouse check
  gatehouse check -c new.yaml --json | jq '.[].message'
  gatehouse check --strict --sarif >gatehouse.sarif
)",
     run_check, kCheckOptions},
    {"routes", "print the rules in the order in which they are tried", "", 0, true, true,
     R"(Prints, for every listener of FILE, its rules by priority: their conditions and what happens when
they hold. The first rule whose conditions all hold wins.
)",
     R"(  gatehouse routes
  gatehouse routes --json | jq '.[0].routes[].name'
)",
     run_routes},
    {"explain", "say which rule decides about a request, and why no other",
     "METHOD URL [-H 'NAME: VALUE']… [--source-ip IP] [--listener NAME] [--cors ORIGIN "
     "[--credentials]] [--live | --sign]",
     2, true, true,
     R"(Walks through the rules of FILE as a request would, without sending anything: each rule in order,
the first condition of it that fails and what that saw, the plugins that run and what they say that
they would do, then what happens.

  -H 'NAME: VALUE'  a header of the request; may be repeated
  --source-ip IP    whom the connection comes from (default: 127.0.0.1)
  --listener NAME   where it comes in (default: by the URL's port, else the first)
  --cors ORIGIN     what a browser does when a script of a page of ORIGIN sends this request: whether
                    it asks first, what it is told, and whether the page may read the answer
  --credentials     that request goes with cookies (`credentials: "include"`)
  --live            asks the running gateway about what it serves
  --sign            prints a header for this request: sent with it, it lets the gateway say in the
                    header X-Gatehouse-Explain of the answer where it really went. It is signed with
                    the first of `secrets.cookies`, and good for this method, host, path and query
  --for TIME        how long it is good (default: 5min, at most 1h)
)",
     R"(  gatehouse explain GET http://shop.test/api/x
  gatehouse explain POST /api/x -H 'X-Canary: 1' --source-ip 10.0.0.7 --json
  gatehouse explain PUT http://shop.test/api/x --cors https://chat.example.com --credentials
  FIELD=$(gatehouse explain --sign GET http://shop.test/api/x)
  curl -si -H "$FIELD" http://shop.test/api/x
)",
     run_explain, kExplainOptions},
    {"fmt", "give the rules new priorities, with room between them", "--renumber [FILE]", 1, true,
     false,
     R"(Prints FILE with the priorities 10, 20, 30 … in the order in which its rules are tried. Nothing else
changes: comments and layout stay as they are, and every request still goes where it went.

  --renumber         new priorities
  --write            change FILE in its place, print nothing
  --check            change and print nothing; exit code 1 if something would change
)",
     R"(  gatehouse fmt --renumber --write
  gatehouse fmt --renumber --check new.yaml
)",
     run_fmt, kFmtOptions},
    {"import", "make a routes.yaml from what another balancer says", "alb FILE…", SIZE_MAX, false,
     false,
     R"(Prints a routes.yaml that does what an AWS Application Load Balancer does. FILEs are what
`aws elbv2 describe-listeners`, `describe-rules`, `describe-target-groups`, `describe-target-health`
and `describe-target-group-attributes` print as JSON, in any order; `-` is standard input. The last
two do not say which target group they are about: name the file after it, or write GROUP=FILE.

The file is one that `gatehouse check` takes. What could not be translated, or is not available yet,
stands in it as a comment at its place and is named on standard error. A rule is translated exactly,
or it is left out; an action that cannot be translated answers 503.

  --strict           exit code 1 if there was something to name
)",
     R"(  gatehouse import alb listeners.json rules.json groups.json shop=shop-health.json >routes.yaml
  aws elbv2 describe-rules --listener-arn ARN | gatehouse import alb - >routes.yaml
)",
     run_import, kImportOptions},
    {"lua", "help to write Lua policies", "check [FILE…]|stubs [--write]", SIZE_MAX, true, false,
     R"(`check` reads policies without a request: fields and globals that are not there, what cannot be used
in its phase, libraries that policies have not, parameters that `with` does not name. FILEs start at
the folder of routes.yaml; without any it reads all under policies/, tests left out.

`stubs` prints what policies may call, for lua-language-server: with it an editor completes, checks
types and shows what each function does. It is made from the gateway's own tables.

  --strict           check: warnings are as bad as errors
  --write            stubs: into policies/.meta/gatehouse.lua, and a .luarc.json that names it
)",
     R"(  gatehouse lua check
  gatehouse lua check policies/require_role.lua
  gatehouse lua stubs --write
)",
     run_lua, kLuaOptions},
    {"new", "make the skeleton of a plugin or a policy", "plugin|policy NAME", 2, false, false,
     R"(`plugin` makes a folder NAME with a plugin that builds against the installed gateway, a test of it,
and a routes.yaml that shows it: docs/plugins.md begins there. `policy` makes policies/NAME.lua and
its test, policies/NAME_test.lua, and says the line of routes.yaml that uses it: docs/policies.md.
)",
     R"(  gatehouse new policy tenant && gatehouse test policies
  gatehouse new plugin greeter
  cd greeter && cmake -B build -G Ninja && cmake --build build && ctest --test-dir build
)",
     run_new},
    {"plan", "say what a new file would change", "NEW", 1, true, true,
     R"(Prints what NEW says otherwise than FILE: listeners, target groups and rules that are added, removed
or changed, rules that are moved to another priority, and requests that would go elsewhere, made of
the hosts and paths that the rules name. What a file looks like does not count. The exit code is 0
whether there is a difference or not; 1 is a file with errors.
)",
     R"(  gatehouse plan new.yaml
  gatehouse plan new.yaml -c routes.yaml --json | jq '.requests[].url'
)",
     run_plan},
    {"plugins", "list the plugins that a file may use", "", 0, true, true,
     R"(Prints each plugin that is found beside the gateway's own and on the `plugin_path` of FILE, if there
is such a file: its name and version, what it does, its phases and where it lies; and those that
cannot be loaded, and why. What they take under `with` is in `gatehouse schema markdown`.
)",
     R"(  gatehouse plugins
  gatehouse plugins --json | jq '.[].name'
)",
     run_plugins},
    {"reload", "let the running gateway load its file again", "[--strict]", 0, true, true,
     R"(Asks the running gateway to load its file again, and waits until the new configuration is live:
then it says what changed, and what the file is warned of. A file with errors changes nothing: they
are printed, and the exit code is 1. Where the gateway can be asked (`admin`) is read from FILE.

  --strict         a file with warnings changes nothing either
)",
     R"(  gatehouse reload
  gatehouse check -c new.yaml && mv new.yaml routes.yaml && gatehouse reload
)",
     run_reload, kStrictOption},
    {"rollback", "let the running gateway go back to an earlier configuration", "[GENERATION]", 1,
     true, true,
     R"(Lets the running gateway serve what GENERATION was, or without a number what was live before. That
holds, also through reloads and restarts (if there is a `state_dir`), until the file's bytes change.
The admin API lists the generations: GET /generations.
)",
     R"(  gatehouse rollback
  gatehouse rollback 3
)",
     run_rollback},
    {"schema", "print the JSON Schema of the file, for editors", "[json|markdown|words]", 1, true,
     false,
     R"(Prints the JSON Schema (draft 2020-12) of routes.yaml, made from the tables that read it. An editor
with the YAML language server completes and checks the file when its first line is
`# yaml-language-server: $schema=routes.schema.json`.

`markdown` is the reference page, docs/configuration.md; `words` are the keys and words as a
libFuzzer dictionary.

What plugins take under `with` is in it: of the gateway's own, and of those on the `plugin_path` of
FILE, if there is such a file.
)",
     R"(  gatehouse schema >routes.schema.json
  gatehouse schema markdown >docs/configuration.md
)",
     run_schema},
    {"shadow", "say what policies in shadow would have ended, or make tests of it",
     "[list|export [POLICY]]", 2, true, true,
     R"(Asks the running gateway for requests that went on and that a policy in `mode: shadow` would have
ended: the latest fifty of each policy since it was changed. POLICY, a file under policies/ or as
metrics call it (ROUTE/FILE), chooses one. Where the gateway can be asked (`admin`) is read from FILE.

`export` prints them as a *_test.yaml, in which each policy decides as if it were not in shadow. Each
request is tried out with FILE first. Credentials are not kept, nor are bodies: what does not come out
as it did stands there as a comment, with what was left out.
)",
     R"(  gatehouse shadow
  gatehouse shadow export policies/region.lua >policies/region_test.yaml && gatehouse test
)",
     run_shadow},
    {"test", "try out policies and routes, without a network",
     "[--tap] [--junit FILE] [--coverage] [--watch] [PATH…]", SIZE_MAX, true, false,
     R"(Runs the tests of PATHs, files or folders; without one those beside FILE: *_test.yaml, and what
policies/, plugins/ and tests/ have. Rules, plugins and policies run as they do in the gateway; targets, Redis
and the clock are the test's, and no socket is opened.

A *_test.lua tries the policy beside it of the same name:
  test("admins pass", function(t)
    t:request { url = "/admin", identity = { id = "u1", roles = { "admin" } } }
      :expects { verdict = "pass" }
  end)
A *_test.yaml tries the rules of the one that its `config` names, the routes.yaml beside it, or FILE:
  tests:
    - name: the API needs a user
      request: {url: /api/orders}
      expect: {rule: api, status: 401}

  --tap            print the Test Anything Protocol
  --junit FILE     write JUnit's XML as well
  --coverage       say which rules no test took, and which lines of policies none ran
  --watch          run them again whenever a file changes
)",
     R"(  gatehouse test
  gatehouse test policies/require_role_test.lua --watch
  gatehouse test -c /etc/gatehouse/routes.yaml --coverage --junit tests.xml
)",
     run_test, kTestOptions},
    {"token", "make, look into or check a token", "mint|inspect|verify [TOKEN]", 2, false, true,
     R"(Makes a JSON Web Token, prints what one says, or checks one by the rules of a route with `auth`.
TOKEN `-`, or none, is read from standard input. A secret is never given on the command line, where
everyone on the machine could read it: it comes from the environment or a file.

  --secret-env NAME    variable with the shared secret (default: JWT_SECRET_KEY)
  --secret-file FILE   file with the shared secret, in place of it
  --public-key FILE    a public key or certificate to verify with (PEM)
  --jwks FILE          a key set to verify with
  --algorithm NAME     that is accepted, or minted with (HS256, HS384, HS512)
  --claim NAME=VALUE   of a token that is made; may be repeated
  --lifetime TIME      of a token that is made (default: 168h)
  --issuer, --audience TEXT  that a token must name to be accepted

`verify` prints why a token is refused, and its exit code is 1 then.
)",
     R"(  gatehouse token mint --claim user_id=ann --claim role=admin --lifetime 10min
  gatehouse token inspect "$TOKEN" --json | jq .payload
  gatehouse token verify "$TOKEN" --public-key keys/jwt.pem
)",
     run_token, kTokenOptions},
    {"top", "show what the running gateway does, again and again",
     "[--once] [--every TIME] [--sort COLUMN] [--rows N]", 0, true, true,
     R"(Shows requests a second, by status, and how long they take, of the gateway, each rule and each
target group; and of each policy its runs, the time of one on the processor (cpu) and with its waits
(wall), the share of a core that it takes (load), runs that failed (errors) or went over their budget
(kills), what its breaker answered (skipped), and what it would have ended in shadow (disagreements).
Where the gateway can be asked (`admin`) is read from FILE.

On a terminal the picture is renewed in its place; q ends it, s sorts by the next column. Elsewhere
one comes after the other; with --json each is an object on a line of its own.

  --once           one, after the first period
  --every TIME     how long a period is (default: 1s)
  --sort COLUMN    most of it first, or `name`; a table without that column is sorted by its first
  --rows N         of each table (default: what there is room for, 20 elsewhere)
)",
     R"(  gatehouse top
  gatehouse top --sort load
  gatehouse top --once --every 10s --json | jq '.policies[] | select(.errors > 0)'
)",
     run_top, kTopOptions},
    {"completion", "print a shell's completion of this command line", "bash|zsh|fish", 1, false,
     false,
     R"(Prints what makes a shell complete commands, options and files. `cmake --install` puts it where each
shell looks for it.
)",
     R"(  gatehouse completion bash >/etc/bash_completion.d/gatehouse
  gatehouse completion zsh >~/.zfunc/_gatehouse
  gatehouse completion fish >~/.config/fish/completions/gatehouse.fish
)",
     run_completion},
    {"man", "print the manual page", "", 0, false, false,
     R"(Prints the manual page, in roff.
)",
     R"(  gatehouse man | man -l -
)",
     run_man},
    {"version", "print the version and how it was built", "", 0, false, true,
     R"(Prints the version and the compiler that built it.
)",
     R"(  gatehouse version --json
)",
     run_version},
};

constexpr std::string_view kFileOption =
    "  -c, --config FILE  the configuration (default: ./routes.yaml)\n";
constexpr std::string_view kJsonOption = "  --json             answer for a program\n";

}  // namespace

bool Arguments::option(std::string_view name) const {
  return std::any_of(options.begin(), options.end(),
                     [&](const auto& given) { return given.first == name; });
}

std::span<const Command> commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  const auto* at = std::find_if(std::begin(kCommands), std::end(kCommands),
                                [&](const Command& command) { return command.name == name; });
  return at == std::end(kCommands) ? nullptr : at;
}

std::string help() {
  std::string out =
      "gatehouse: an API gateway. Rules with priorities say where each request goes; they are in\n"
      "routes.yaml, and nowhere else.\n\n"
      "usage: gatehouse COMMAND [OPTION…]\n\ncommands:\n";
  for (const auto& command : commands()) {
    std::string line = "  " + std::string(command.name);
    line.resize(14, ' ');
    out += line + std::string(command.summary) + "\n";
  }
  out += "\noptions:\n" + std::string(kFileOption) + std::string(kJsonOption);
  out +=
      "  -h, --help         help; `gatehouse COMMAND --help` for one command\n\n"
      "exit codes: 0 fine, 1 failed, 2 wrong usage\n\n"
      "first steps:\n"
      "  gatehouse check    is the file right?\n"
      "  gatehouse run      serve it\n"
      "  gatehouse reload   after an edit, in another terminal\n";
  return out;
}

std::string help(const Command& command) {
  std::string out = "usage: gatehouse " + std::string(command.name);
  if (!command.arguments.empty()) out += " " + std::string(command.arguments);
  if (command.takes_file) out += " [-c FILE]";
  if (command.takes_json) out += " [--json]";
  out += "\n\n" + std::string(command.help);
  out += "\noptions:\n";
  if (command.takes_file) out += kFileOption;
  if (command.takes_json) out += kJsonOption;
  out += "  -h, --help         this help\n";
  return out + "\nexamples:\n" + std::string(command.examples);
}

}  // namespace gatehouse::app
