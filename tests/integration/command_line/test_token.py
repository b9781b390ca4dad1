"""`gatehouse token`, and the scripts that make and check its secret (PRODUCT E5)."""

import json
import os
import pathlib
import subprocess
import time

import jwt
import pytest

import tokens
from gateway import BINARY, ROOT


def token(*words, secret=tokens.SECRET, text=None, folder=None):
    env = dict(os.environ, JWT_SECRET_KEY=secret) if secret else {k: v for k, v in os.environ.items() if k != "JWT_SECRET_KEY"}
    return subprocess.run([BINARY, "token", *words], input=text, text=True, capture_output=True, env=env, timeout=60, cwd=folder)


def test_what_is_minted_is_read_by_PyJWT_and_verified():
    made = token("mint", "--claim", "user_id=ann", "--claim", "role=admin", "--lifetime", "10min")
    said = jwt.decode(made.stdout.strip(), tokens.SECRET, algorithms=["HS256"])
    assert (said["user_id"], said["role"]) == ("ann", "admin")
    assert 500 < said["exp"] - time.time() <= 600
    assert token("verify", made.stdout.strip()).stdout.startswith("accepted: HS256, expires in ")
    assert token("verify", "-", text=made.stdout).returncode == 0


@pytest.mark.parametrize("words, claims, reason", [
    ((), dict(secret=tokens.OTHER), "token_bad_signature"),
    ((), dict(exp=1), "token_expired"),
    (("--issuer", "x"), {}, "token_wrong_issuer"),
    (("--audience", "x"), {}, "token_wrong_audience")])
def test_a_refusal_says_why(words, claims, reason):
    done = token("verify", tokens.hs256(**claims), *words, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (1, {"valid": False, "reason": reason})


def test_a_secret_must_be_as_long_as_the_hash_of_the_algorithm():
    assert "at least 48" in token("verify", tokens.hs256(), "--algorithm", "HS384").stderr


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_public_keys_and_sets_verify(tmp_path, algorithm):
    key = tokens.key(algorithm, kid="1")
    (tmp_path / "key.pem").write_bytes(key.export_to_pem())
    (tmp_path / "set.json").write_text('{"keys":[%s]}' % key.export_public())
    made = jwt.encode(tokens.claims(), key.export_to_pem(private_key=True, password=None), algorithm, headers={"kid": "1"})
    for words in (("--public-key", "key.pem"), ("--jwks", "set.json")):
        done = token("verify", made, *words, secret=None, folder=tmp_path)
        assert done.stdout.startswith(f"accepted: {algorithm}"), done.stdout + done.stderr


def test_a_token_is_looked_into_without_a_key():
    done = token("inspect", tokens.hs256(), "--json", secret=None)
    said = json.loads(done.stdout)
    assert (said["header"]["alg"], said["payload"]["user_id"]) == ("HS256", "ann")
    assert "not verified" in token("inspect", tokens.hs256(), secret=None).stdout
    assert token("inspect", "x", secret=None).returncode == 1


def test_weak_secrets_make_no_token():
    assert "at least 32" in token("mint", secret="too short").stderr
    assert "JWT_SECRET_KEY is not set" in token("mint", secret=None).stderr


def test_claims_that_the_command_makes_itself_or_that_stand_twice_are_refused():
    for claims, message in [(["exp=5"], "exp is the clock's"), (["sub=a", "sub=b"], "a claim stands twice: sub"),
                            (["sub"], "a claim is NAME=VALUE")]:
        done = token("mint", *(word for claim in claims for word in ("--claim", claim)))
        assert (done.returncode, message in done.stderr) == (1, True), done.stderr


def script(folder, name, *words):
    env = {k: v for k, v in os.environ.items() if k != "JWT_SECRET_KEY"} | {"GATEHOUSE": str(BINARY)}
    return subprocess.run([str(pathlib.Path(ROOT) / "infra" / name), *words], text=True, capture_output=True, env=env, cwd=folder,
                          timeout=60)


def test_a_secret_is_made_checked_and_rotated(tmp_path):
    env = tmp_path / ".env"
    env.write_text("OTHER=kept\n")
    done = script(tmp_path, "setup-jwt-secret.sh")
    first = env.read_text().split("JWT_SECRET_KEY=")[1].strip()
    assert done.returncode == 0 and first not in done.stdout and "OTHER=kept" in env.read_text()
    assert env.stat().st_mode & 0o077 == 0
    assert script(tmp_path, "verify-jwt-config.sh").returncode == 0
    assert script(tmp_path, "setup-jwt-secret.sh").returncode == 1  # it is not overwritten
    assert script(tmp_path, "setup-jwt-secret.sh", "--rotate").returncode == 0
    assert f"JWT_SECRET_KEY_OLD={first}\n" in env.read_text()


def test_secrets_that_differ_or_are_weak_are_found(tmp_path):
    for name, secret in (("a", tokens.SECRET), ("b", tokens.OTHER), ("c", "secret")):
        (tmp_path / name).write_text(f"JWT_SECRET_KEY={secret}\n")
        (tmp_path / name).chmod(0o600)
    assert script(tmp_path, "verify-jwt-config.sh", "a").returncode == 0
    done = script(tmp_path, "verify-jwt-config.sh", "a", "b", "c", "d")
    assert done.returncode == 1
    assert "b has another secret than a" in done.stdout and "c: a secret out of a public document" in done.stdout
    assert tokens.SECRET not in done.stdout + done.stderr


def test_a_secret_is_read_as_env_files_write_it_and_a_link_stays_one(tmp_path):
    env, link, other = tmp_path / ".env", tmp_path / "link", tmp_path / "other"
    env.write_text(f"JWT_SECRET_KEY={tokens.SECRET}\n")
    link.symlink_to(".env")
    for text in (f'export JWT_SECRET_KEY="{tokens.SECRET}"\r\n', f"JWT_SECRET_KEY='{tokens.SECRET}'\n"):
        other.write_text(text)
        for file in (env, other):
            file.chmod(0o600)
        done = script(tmp_path, "verify-jwt-config.sh", ".env", "other")
        assert done.returncode == 0, done.stdout
    assert script(tmp_path, "setup-jwt-secret.sh", "--rotate", "link").returncode == 0
    assert link.is_symlink() and f"JWT_SECRET_KEY_OLD={tokens.SECRET}\n" in env.read_text()
    assert script(tmp_path, "setup-jwt-secret.sh", "--rotate", "other").returncode == 0
    assert other.read_text().count(tokens.SECRET) == 1


def test_scripts_say_how_they_are_used(tmp_path):
    for name in ("setup-jwt-secret.sh", "verify-jwt-config.sh"):
        assert (script(tmp_path, name, "--help").returncode, list(tmp_path.iterdir())) == (2, [])
