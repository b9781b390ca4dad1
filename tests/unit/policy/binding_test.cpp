// What policies call: each row is an expression and what it is worth.
#include <gtest/gtest.h>

#include "lib/policy.h"
#include "policy/metric_table.h"

namespace gatehouse::policy {
namespace {

using test::Policy;
using test::request_phase;

struct Row {
  const char* code;
  const char* worth;  // as JSON
};

const Row kRows[] = {
    {"gate.hex(gate.hash.sha256('abc'))",
     R"("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")"},
    {"gate.hex(gate.hash.sha1('abc'))", R"("a9993e364706816aba3e25717850c26c9cd0d89d")"},
    {"gate.hex(gate.hash.md5('abc'))", R"("900150983cd24fb0d6963f7d28e17f72")"},
    // RFC 4231 4.3.
    {"gate.hex(gate.hmac.sha256('Jefe', 'what do ya want for nothing?'))",
     R"("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")"},
    {"gate.base64.encode('ab')", R"("YWI=")"},
    {"gate.base64.decode('YWI=')", R"("ab")"},
    {"{gate.base64.decode('YWJ=') == nil, (select(2, gate.base64.decode('YW')))}",
     R"([true,"not base64"])"},
    {"gate.base64url.encode('\\255\\254\\253\\252')", R"("__79_A")"},
    {"gate.base64url.decode('__79_A') == '\\255\\254\\253\\252'", "true"},
    {"gate.json.decode('{\"a\": [1, -2.5e1, \"x\\\\u00e9\\\\ud83d\\\\ude00\", true]}').a",
     "[1,-25,\"x\xc3\xa9\xf0\x9f\x98\x80\",true]"},
    {"gate.json.decode('null') == gate.json.null", "true"},
    {"tostring(gate.json.null)", R"("gate.json.null")"},
    {"select(2, pcall(function() return gate.json.null.a end)):match('[^:]*$')",
     R"(" gate.json.null has no fields")"},
    {"{x.request == x.request, x.request == x.upstream, tostring(x.request), type(x)}",
     R"([true,false,"x.request","userdata"])"},
    {"gate.json.decode('{\"a\":[],\"b\":{}}').a", "[]"},
    {"gate.json.decode('{}')", "{}"},
    {"gate.json.list{}", "[]"},
    {"tostring(gate.shared.get 'nothing')", R"("nil")"},
    {"gate.json.list{gate.json.list{}, 2}", "[[],2]"},
    {"{select(2, pcall(gate.json.encode, {1, 2, a = 3}))}",
     R"(["gate.json.encode: a list that has holes, or names too, has no JSON"])"},
    {"{select(2, pcall(gate.limit, {rate = \"1/s\"}))}",
     R"(["gate.limit: key is a text, not nil"])"},
    {"{select(2, pcall(x.respond, x, {headers = {A = {}}}))}", R"(["A is a text, not table"])"},
    {"{select(2, pcall(gate.fetch, \"shop\", {timeout = \"soon\"}))}",
     R"(["gate.fetch: timeout is a time such as \"50ms\", or seconds"])"},
    {"{select(2, gate.json.decode('[1,]'))}", R"(["no value"])"},
    {"{select(2, gate.json.decode('01'))}", R"(["a number begins with 0"])"},
    {"{select(2, gate.json.decode('{\"a\":1,\"a\":2}'))}", R"(["a name stands twice"])"},
    {"{select(2, gate.json.decode('\"\\\\ud800\"'))}", R"(["half a character"])"},
    {"{select(2, gate.json.decode('[1] x'))}", R"(["something stands behind the value"])"},
    {"{select(2, gate.json.decode('1e999'))}", R"(["a number is too large"])"},
    {"{0.1, 1 / 3, 1e300, 1234567890123456, -5}",
     "[0.1,0.3333333333333333,1e+300,1234567890123456,-5]"},
    {"gate.json.encode('a\\255\\195\\188\\226\\130')",
     "\"\\\"a\xef\xbf\xbd\xc3\xbc\xef\xbf\xbd\xef\xbf\xbd\\\"\""},
    {"gate.log.info('seen', {agent = '\\255'}) == nil", "true"},
    {"'a\"\\n\\0'", R"("a\"\u000a\u0000")"},
    {"gate.equal('a', 'a') and not gate.equal('a', 'b') and not gate.equal('a', 'aa')", "true"},
    {"#gate.random(16)", "16"},
    {"gate.uuid():match('^%x+-%x+-4%x+-[89ab]%x+-%x+$') ~= nil", "true"},
    {"gate.escape('a b/ü')", R"("a%20b%2F%C3%BC")"},
    {"gate.unescape('a%20b+%zz')", R"("a b+%zz")"},
    {"gate.ip.within('192.0.2.7', '192.0.2.0/24')", "true"},
    {"gate.ip.within('192.0.2.7', {'10.0.0.0/8', '::1'})", "false"},
    {"gate.ip.within('no address', '10.0.0.0/8')", "false"},
    {"{re:match('/v12/x')}", R"(["12","x"])"},
    {"{re:match('/w')}", "{}"},
    {"gate.time()", R"("2023-11-14T22:13:20Z")"},
    {"gate.now()", "1700000000"},
    {"{gate.shared.get('t1') == nil, gate.shared.set('t1', 'v'), gate.shared.get('t1')}",
     R"([true,true,"v"])"},
    {"{gate.shared.add('t2', 1, '1min'), gate.shared.add('t2', 2), gate.shared.get('t2')}",
     "[true,false,1]"},
    {"{gate.shared.incr('t3'), gate.shared.incr('t3', 4), gate.shared.incr('t3', -2, 60)}",
     "[1,5,3]"},
    {"{gate.limit{key = 'l', rate = '1/s', burst = 2}}", "[true,0,1]"},
    {"{gate.limit{key = 'l', rate = '1/s', burst = 2}}", "[true,0,0]"},
    {"{gate.limit{key = 'l', rate = '1/s', burst = 2}}", "[false,1,0]"},
    {"gate.jwt.verify(gate.jwt.mint({sub = 'u'}, {algorithm = 'HS256', secret = secret, lifetime = "
     "'1min'}), {algorithms = {'HS256'}, secret = secret}).sub",
     R"("u")"},
    // What one set of rules takes, another does not, whichever was asked first.
    {"(function() local t = gate.jwt.mint({sub = 'u', iss = 'a'}, {algorithm = 'HS256', secret = "
     "secret, lifetime = '1min'}) local seen = {} for i = 1, 80 do local claims, why = "
     "gate.jwt.verify(t, {algorithms = {'HS256'}, secret = {secret, secret .. i % 40}, issuer = "
     "i % 2 == 0 and 'a' or 'b'}) seen[why or claims.sub] = (seen[why or claims.sub] or 0) + 1 "
     "end return {seen.u, seen.wrong_issuer} end)()",
     "[40,40]"},
    {"{select(2, gate.jwt.verify('a.b.c', {algorithms = {'HS256'}, secret = secret}))}",
     R"(["bad_base64"])"},
    // A slip must not mean that something is not looked at.
    {"{select(2, pcall(gate.jwt.verify, 'a.b.c', {algorithms = {'HS256'}, secret = secret, "
     "audiance = 'me'}))}",
     R"(["gate.jwt.verify has no 'audiance'"])"},
    {"{select(2, pcall(gate.jwt.verify, 'a.b.c', {algorithms = {'HS256'}, secret = secret, "
     "audience = {web = 'me'}}))}",
     R"(["gate.jwt.verify: audience is a text, or a list of 1 to 16 texts"])"},
    {"{select(2, pcall(gate.jwt.verify, 'a.b.c', {algorithms = {'HS256'}, secret = secret, issuer "
     "= {}}))}",
     R"(["gate.jwt.verify: issuer is a text, or a list of 1 to 16 texts"])"},
    {"{select(2, pcall(x.respond, x, {stauts = 403}))}", R"(["x:respond has no 'stauts'"])"},
    {"{select(2, pcall(x.respond, x, {403, 'no'}))}",
     R"(["x:respond takes values by name, not a number"])"},
    {"{select(2, pcall(x.response.body, x.response))}",
     R"(["x.response:body cannot be used in the phase request"])"},
    {"{select(2, pcall(gate.string, 'a'))}",
     R"(["gate.string cannot be used in the phase request"])"},
    {"{select(2, pcall(x.redirect, x, '/ü'))}",
     R"(["the URL of a redirect is ASCII, without spaces: gate.escape helps"])"},
    {"x.request.query.a", R"("1 2")"},
    {"x.request.query:all('a')", R"(["1 2","é"])"},
    {"x.request.query.none == nil", "true"},
    {"x.request.cookies.sid", R"("s1")"},
    {"x.request.headers:all('X-A')", R"(["1","2"])"},
    {"{x.request.method, x.request.scheme, x.request.host, x.request.path, x.request.ip, "
     "x.request.id}",
     R"(["GET","http","shop.test","/p","192.0.2.7","id-1"])"},
    {"{x.rule.name, x.rule.priority}", R"(["api",7])"},
    {"x.identity == nil", "true"},
    {"{x.peer.ip, x.peer.trusted, x.peer.tls_version == nil}", R"(["198.51.100.1",false,true])"},
    {"x.target_group", R"("shop")"},
    {"{x.upstream.query.a, x.upstream.query:all('a')}", R"(["1 2",["1 2","é"]])"},
    {"(function() x.upstream.query.a = 'x&y' return {x.upstream.query.a, x.request.query.a} end)()",
     R"(["x&y","1 2"])"},
    {"(function() x.upstream.query.c = 7 x.upstream.query.a = nil return x.upstream.query:all('a') "
     "end)()",
     "{}"},
    {"(function() x.upstream.query = 'z=1' return {x.upstream.query.z, x.upstream.query.a == nil} "
     "end)()",
     R"(["1",true])"},
    {"{pcall(function() x.upstream.query = 'a b' end)}",
     R"([false,"policies/x.lua:1: x.upstream.query has neither spaces nor #, and ASCII alone: gate.escape helps"])"},
    {"gate.metric.count('seen_total', 2, {rule = x.rule.name, ok = true})", "true"},
    {"gate.metric.observe('asked_seconds', 0.003)", "true"},
    {"(function() x.upstream.headers['X-A'] = {3, '4'} return x.upstream.headers:all 'X-A' end)()",
     R"(["3","4"])"},
    {"{pcall(gate.metric.observe, 'seen_total', 1)}",
     R"([false,"gate.metric.observe: a metric of that name is counted and measured"])"},
    {"{pcall(gate.metric.count, 'a b')}",
     R"([false,"gate.metric.count: a name has up to 64 letters, digits and _"])"},
    {"('%5.1f|%-4s|%q|%x|%s'):format(2.25, 'ab', 'c\"', 255, true)",
     R"("  2.2|ab  |\"c\\\"\"|ff|true")"},
    {"table.concat({1, 'b', 2.5}, ', ')", R"("1, b, 2.5")"},
    {"(function() local t = {3, 1, 2} table.sort(t) return t end)()", "[1,2,3]"},
    {"(function() local t = {'b', 'c', 'a'} table.sort(t, function(a, b) return a > b end) return "
     "t "
     "end)()",
     R"(["c","b","a"])"},
    {"(function() local t = {1, 2} table.insert(t, 1, 0) table.insert(t, 3) return t end)()",
     "[0,1,2,3]"},
    {"('ab'):rep(3, '-')", R"("ab-ab-ab")"},
    {"math.random(5, 5) == 5 and math.random() < 1", "true"},
};

TEST(Bindings, are_worth_what_the_table_says) {
  for (const Row& row : kRows) {
    config::PluginUse use;
    use.budget.cpu = std::chrono::seconds(1);  // sanitizers are slow
    Policy policy("local secret = ('k'):rep(40) local re = gate.regex('/v(\\\\d+)(?:/(x))?') " +
                      request_phase("x:deny(400, gate.json.encode(" + std::string(row.code) + "))"),
                  "{}", use);
    EXPECT_EQ(
        policy.decides("GET /p?a=1+2&b=3&a=%C3%A9", "Cookie: a=b; sid=s1\r\nX-A: 1\r\nX-A: 2\r\n"),
        "400 denied " + std::string(row.worth) + "\n")
        << row.code;
  }
}

TEST(Bindings, an_identity_that_a_policy_sets_is_there_for_those_that_follow) {
  Policy first(request_phase("x.identity = {id = 'u', roles = {admin = true, user = false}}"));
  Policy second(first.services(),
                request_phase("x:deny(400, x.identity.id .. tostring(x.identity.roles.admin) .. "
                              "tostring(x.identity.roles.user) .. x.identity.method)"));
  const auto x = first.exchange();
  EXPECT_EQ(Policy::in_words(first.request(*x)), "pass");
  EXPECT_EQ(Policy::in_words(second.request(*x)), "400 denied utruenilpolicy\n");
}

TEST(Bindings, names_are_read_when_no_metamethod_can_take_them_away_any_more) {
  EXPECT_EQ(Policy(request_phase("local names = {['X-A'] = 'b'} x:respond(setmetatable({headers = "
                                 "names}, {__index = function() names['X-A'] = nil end}))"))
                .decides(),
            "200 served");
  EXPECT_EQ(Policy(request_phase("local roles = {admin = true} x.identity = setmetatable({roles = "
                                 "roles}, {__index = function() roles.admin = nil end}) "
                                 "x:deny(400, tostring(x.identity.roles.admin))"))
                .decides(),
            "400 denied nil\n");
}

TEST(Bindings, what_was_known_of_an_identity_goes_with_it) {
  Policy policy(request_phase(
      "x.identity = {id = 'a', session = 's1', claims = {plan = 'pro'}} "
      "local before = x.identity.session .. x.identity.claims.plan "
      "x.identity = {id = 'b'} "
      "x:deny(400, before .. tostring(x.identity.session) .. tostring(x.identity.claims.plan))"));
  EXPECT_EQ(policy.decides(), "400 denied s1pronilnil\n");
}

TEST(Bindings, what_policies_count_is_in_the_metrics) {
  Policy policy(
      request_phase("gate.metric.count('lines_total', 2, {rule = x.rule.name, big = false}) "
                    "gate.metric.count('lines_total', 1, {big = false, rule = x.rule.name}) "
                    "gate.metric.observe('wait_seconds', 0.002)"));
  EXPECT_EQ(policy.decides(), "pass");
  observe::Exposition out;
  MetricTable::shared().write(out);
  const std::string text = out.take();
  EXPECT_NE(text.find("gatehouse_lua_lines_total{big=\"false\",rule=\"api\"} 3\n"), text.npos)
      << text;
  EXPECT_NE(text.find("gatehouse_lua_wait_seconds_bucket{le=\"0.0025\"} 1\n"), text.npos) << text;
}

TEST(Bindings, more_series_than_there_is_room_for_are_refused) {
  MetricTable table;
  for (std::size_t i = 0; i < MetricTable::kMostSeries; ++i)
    ASSERT_EQ(table.count("n" + std::to_string(i), {}, 1), MetricTable::Done::yes);
  EXPECT_EQ(table.count("one_more", {}, 1), MetricTable::Done::no_room);
  EXPECT_EQ(table.count("n7", {}, 1), MetricTable::Done::yes);
  observe::Exposition out;
  table.write(out);
  EXPECT_NE(out.take().find("gatehouse_policy_metrics_refused_total 1\n"), std::string::npos);
}

TEST(Bindings, a_redirect_and_an_answer_end_the_policy) {
  EXPECT_EQ(Policy(request_phase("x:redirect('/sign-in', 303)")).decides(),
            "303 served [Location: /sign-in]");
  EXPECT_EQ(Policy(request_phase("x:respond{status = 429, headers = {['Retry-After'] = 3}, json = "
                                 "{error = 'slow down'}}"))
                .decides(),
            "429 denied [Retry-After: 3] {\"error\":\"slow down\"}");
  EXPECT_EQ(
      Policy(request_phase("x:respond{headers = {['Set-Cookie'] = {'a=1', 'b=2', 3}}}")).decides(),
      "200 served [Set-Cookie: a=1] [Set-Cookie: b=2] [Set-Cookie: 3]");
}

}  // namespace
}  // namespace gatehouse::policy
