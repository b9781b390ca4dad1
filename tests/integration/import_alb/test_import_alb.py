"""`gatehouse import alb`: an export with every kind of condition and action, rule by rule."""

import json

import pytest
from alb_export import FILES, as_said, imported


OIDC = {"issuer": "https://accounts.google.com",
        "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
        "token_endpoint": "https://oauth2.googleapis.com/token",
        "userinfo_endpoint": "https://openidconnect.googleapis.com/v1/userinfo",
        "client_id": "abc.apps.googleusercontent.com", "client_secret": "${OIDC_CLIENT_SECRET:-}",
        "scope": "openid email", "session_cookie": "AWSELBAuthSessionCookie", "session_timeout": "7d",
        "extra_parameters": {"prompt": "login"}, "callback": "/oauth2/idpresponse", "amzn_headers": True}
COGNITO = {"issuer": "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_AbCdEf",
           "authorization_endpoint": "https://chat-users.auth.us-west-2.amazoncognito.com/oauth2/authorize",
           "token_endpoint": "https://chat-users.auth.us-west-2.amazoncognito.com/oauth2/token",
           "userinfo_endpoint": "https://chat-users.auth.us-west-2.amazoncognito.com/oauth2/userInfo",
           "client_id": "1example23456789", "client_secret": "${COGNITO_CLIENT_SECRET:-}",
           "scope": "openid", "session_cookie": "AWSELBAuthSessionCookie", "session_timeout": "1h",
           "callback": "/oauth2/idpresponse", "amzn_headers": True}
JWT = {"algorithms": ["RS256"], "jwks": "https://issuer.example.com/.well-known/jwks.json",
       "issuer": "https://issuer.example.com", "required_claims": ["iss", "exp"]}

# priority, conditions, action, what else the route says
RULES = [
    (10, {"path": ["/api/auth/signin*", "/api/auth/signout", "/api/auth/session", "/api/auth/csrf",
                   "/api/auth/providers"]}, {"forward": "frontend"}, {}),
    (20, {"path": "/api/auth/callback/*"}, {"forward": "frontend"}, {}),
    (30, {"host": ["*.example.com", "chat.example.org"], "method": ["GET", "HEAD"]},
     {"forward": {"backend": 9, "canary": 1}, "sticky": "1h"}, {}),
    (31, {"host": {"regex": r"^api[0-9]+\.example\.com$"}, "path": [{"regex": "^/v[0-9]+/"}, {"regex": "/beta$"}]},
     {"forward": "canary"}, {}),
    (32, {"header": [{"X-Canary": ["1", "t*e"]}, {"User-Agent": "*Mobile*"}]}, {"forward": "canary"}, {}),
    (33, {"header": {"X-Build": {"regex": "^[0-9]{4}$"}}}, {"forward": "canary"}, {}),
    (34, {"query": {"version": ["2*", "3?"], "any": "debug", r"lit\*eral": r"a\?b"}}, {"forward": "canary"}, {}),
    (35, {"query": [{"ANY": "yes"}, {"mode": "on"}]}, {"forward": "canary"}, {}),
    (36, {"path": "/internal/*", "source_ip": ["10.0.0.0/8", "2001:db8::/32"]}, {"forward": "backend"}, {}),
    (37, {"source_ip": ["192.0.2.7/32"]},
     {"respond": {"status": 403, "content_type": "text/plain", "body": "Go away.\n"}}, {}),
    (40, {"host": "old.example.com"},
     {"redirect": {"host": "new.#{host}", "path": "/from/#{path}",
                   "query": "was=#{query}&port=#{port}&by=#{protocol}", "status": 302}}, {}),
    (41, {"path": "/teapot"}, {"respond": {"status": 418, "content_type": "application/json",
                                           "body": '{"a": "#{host} $${HOME}"}'}}, {}),
    (42, {"path": "/gone"}, {"respond": {"status": 404}}, {}),
    (50, {"path": "/dashboard/*"}, {"forward": "frontend"},
     {"plugins": [{"use": "auth", "with": {"chain": ["oidc"], "oidc": OIDC}}]}),
    (51, {"path": "/account/*"}, {"forward": "frontend"},
     {"plugins": [{"use": "auth", "with": {"chain": ["oidc"], "optional": True, "oidc": COGNITO}}]}),
    (52, {"path": "/service/*"}, {"forward": "backend"},
     {"plugins": [{"use": "auth", "with": {"chain": ["jwt"], "jwt": JWT,
                                           "require": {"claims": {"scope": ["chat", "admin"]}}}}]}),
    (60, {"path": "/api/v1/*"}, {"forward": "backend"},
     {"rewrite": {"path": {"regex": "^/api/v1/(.*)$", "replace": "/api/$1"},
                  "host": {"regex": r"^(.*)\.example\.com$", "replace": "$1.internal"}}}),
    (61, {"path": "/chat.Greeter/*"}, {"forward": "greeter"}, {}),
    (62, {"path": "/thumbnails/*"}, {"forward": "thumbnails"}, {}),
    (63, {"path": "/secure/*"}, {"forward": "secure-api"}, {}),
    (70, {"path": "/health"}, {"respond": {"status": 200, "body": "ok"}}, {"listeners": ["http-80", "https-443"]}),
    (100, {"path": "/api/*"}, {"forward": "backend"}, {}),
]


def test_every_rule_is_said_in_the_order_of_its_priority(gate):
    routes = as_said(imported(gate, *FILES).stdout)["routes"]
    assert [route["priority"] for route in routes] == [rule[0] for rule in RULES]


@pytest.mark.parametrize("priority, when, action, more", RULES, ids=[str(rule[0]) for rule in RULES])
def test_a_rule_means_what_it_meant(gate, priority, when, action, more):
    routes = as_said(imported(gate, *FILES).stdout)["routes"]
    route, = [route for route in routes if route["priority"] == priority]
    assert route == {"name": f"rule-{priority}", "priority": priority, "listeners": ["https-443"],
                     "when": when, "action": action, **more}


def test_listeners_have_their_ports_certificates_to_fill_in_and_defaults(gate):
    assert as_said(imported(gate, *FILES).stdout)["listeners"] == {
        "http-80": {"address": "0.0.0.0:80",
                    "default": {"action": {"redirect": {"protocol": "https", "port": "443", "status": 301}}}},
        "https-443": {"address": "0.0.0.0:443", "protocols": ["h2", "http/1.1"],
                      "tls": {"certificates": [{"cert": "certs/https-443.pem", "key": "certs/https-443.key"}],
                              "min_version": "1.2"},
                      "default": {"action": {"forward": "frontend"}}}}


def health_check(path="/", matcher="200"):
    return {"path": path, "interval": "30s", "timeout": "5s", "healthy_threshold": 5,
            "unhealthy_threshold": 2, "matcher": matcher}


def test_target_groups_have_their_targets_checks_and_attributes(gate):
    assert as_said(imported(gate, *FILES).stdout)["target_groups"] == {
        "frontend": {"targets": ["10.0.1.10:3000", "10.0.2.10:3000"], "health_check": health_check()},
        "backend": {"targets": ["10.0.1.20:5001", "[2001:db8::20]:5001"],
                    "health_check": health_check("/api/health", "200-399"),
                    "algorithm": "least_outstanding_requests",
                    "stickiness": {"type": "lb_cookie", "duration": "1d"},
                    "slow_start": "30s", "deregistration_delay": "2min"},
        "canary": {"targets": [], "health_check": health_check()},
        "greeter": {"protocol": "grpc", "targets": ["10.0.1.30:50051"],
                    "health_check": health_check("/AWS.ALB/healthcheck", "0-99")},
        "secure-api": {"tls": {}, "targets": ["10.0.1.40:8443"], "health_check": health_check()},
        "thumbnails": {"targets": [], "health_check": False}}  # YAML's word for off


def test_the_file_is_one_that_check_takes_and_that_the_gateway_loads(gate):
    done = imported(gate, *FILES)
    gate.file.write_text(done.stdout)
    assert "./routes.yaml is fine: 2 listeners, 6 target groups" in gate.command("check", check=0).stdout


def test_what_is_a_comment_in_the_file_is_named_in_its_order(gate):
    done = imported(gate, *FILES)
    named = [line.strip().partition(": ")[2] for line in done.stderr.splitlines()[1:]]
    at = -1
    for what in named:
        at = done.stdout.find(what, at + 1)
        assert at >= 0, what
    assert done.stdout.count("# not translated: ") <= len(named)


def test_strict_fails_if_there_is_something_to_name(gate):
    assert imported(gate, "--strict", *FILES, check=1).stdout == imported(gate, *FILES).stdout
    simple = {"Rules": [], "Listeners": [{"ListenerArn": "a", "Port": 80, "Protocol": "HTTP", "DefaultActions": [
        {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]}]}
    (gate.folder / "simple.json").write_text(json.dumps(simple))
    assert imported(gate, "--strict", "simple.json").stderr == ""
