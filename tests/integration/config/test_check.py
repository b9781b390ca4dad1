"""`gatehouse check`: everything that is wrong with a file, at once, and without what it cannot have yet."""

import json
import os
import re
import shutil
import subprocess

import pytest

from broken_files import CONTRACT, broken_files
from gateway import BINARY, ROOT

ENVIRONMENT = {"JWT_SECRET_KEY": "forty bytes that no public document has, yet", "AUTH_SECRET": "b", "COOKIE_KEY": ""}


def make_certificate(folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem"), "-days", "2",
                    "-subj", f"/CN={name}"], check=True, capture_output=True)


@pytest.fixture
def folder(tmp_path):
    """The contract where it may lie: with its certificates and policies, without plugins and the policies' variables."""
    shutil.copy(CONTRACT / "routes.yaml", tmp_path)
    shutil.copytree(CONTRACT / "policies", tmp_path / "policies")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/empty").touch()
    (tmp_path / "build/plugins").mkdir(parents=True)
    make_certificate(tmp_path / "infra/certs", "localhost")
    return tmp_path


def check(folder, *options, env=ENVIRONMENT, prefix=()):
    return subprocess.run([*prefix, BINARY, "check", "-c", "routes.yaml", *options], cwd=folder,
                          env={"PATH": os.environ["PATH"], **env}, capture_output=True, text=True)


def without_not_available(text):
    blocks = re.split(r"^(?=routes\.yaml[: ])", text, flags=re.MULTILINE)
    return "".join(block for block in blocks
                   if "error[not-available]" not in block and not block.startswith("routes.yaml: "))


def test_the_contract_has_nothing_but_keys_that_come_later(folder):
    done = check(folder)
    assert done.returncode == 1
    assert without_not_available(done.stderr) == ""
    assert "routes.yaml: 18 errors, 0 warnings" in done.stderr


def test_the_check_opens_no_socket(folder):
    trace = folder / "trace"
    check(folder, prefix=["strace", "-f", "-qq", "-e", "trace=network", "-o", str(trace)])
    assert trace.read_text() == ""


@pytest.mark.parametrize("row", broken_files()[::40], ids=lambda row: row.what)
def test_a_broken_file_is_said_to_people(folder, row):
    (folder / "routes.yaml").write_text(row.text)
    done = check(folder)
    assert done.returncode == 1
    assert without_not_available(done.stderr) == row.said


def test_a_broken_file_is_said_to_programs(folder):
    file = folder / "routes.yaml"
    file.write_text(file.read_text().replace("workers: auto", "wrokers: auto"))
    done = check(folder, "--json")
    found = [one for one in json.loads(done.stdout) if one["code"] != "not-available"]
    assert found == [{"file": "routes.yaml", "line": 6, "column": 1, "length": 7, "severity": "error",
                      "code": "unknown-key", "message": "unknown key 'wrokers' in the file",
                      "hint": "did you mean 'workers'?"}]


def test_variables_of_secrets_must_be_set(folder):
    done = check(folder, env={"AUTH_SECRET": "b"})
    assert without_not_available(done.stderr).splitlines()[0] == (
        "routes.yaml:69:42: error[unset-variable]: the environment variable JWT_SECRET_KEY is not set")


def certificate_errors(folder):
    done = check(folder)
    return [line.removeprefix("routes.yaml:") for line in without_not_available(done.stderr).splitlines()
            if line.startswith("routes.yaml:")]


def test_a_missing_certificate_is_named_where_it_stands(folder):
    (folder / "infra/certs/localhost.pem").unlink()
    assert certificate_errors(folder) == [
        "34:18: error[unreadable-file]: read infra/certs/localhost.pem: No such file or directory (2)"]


def test_a_file_that_holds_no_certificate_is_refused(folder):
    (folder / "infra/certs/localhost.pem").write_text("-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n")
    assert certificate_errors(folder) == [
        "34:18: error[bad-certificate]: 'infra/certs/localhost.pem' holds no certificate in PEM form"]


def test_a_file_that_holds_no_key_is_refused(folder):
    (folder / "infra/certs/localhost.key").write_text("")
    assert certificate_errors(folder) == [
        "34:50: error[bad-certificate]: 'infra/certs/localhost.key' holds no private key in PEM form, "
        "or one with a password"]


def test_the_key_of_another_certificate_is_refused(folder):
    make_certificate(folder / "infra/certs", "other")
    shutil.copy(folder / "infra/certs/other.key", folder / "infra/certs/localhost.key")
    assert certificate_errors(folder) == [
        "34:50: error[bad-certificate]: 'infra/certs/localhost.key' is not the key of the certificate"]


def test_both_files_of_a_certificate_are_looked_at(folder):
    shutil.rmtree(folder / "infra")
    assert [line.split(":")[:2] for line in certificate_errors(folder)] == [["34", "18"], ["34", "50"]]


def test_every_code_is_explained():
    """docs/diagnostics.md has a row for each code that the sources know, and for no other."""
    sources = [*ROOT.glob("gateway/config/**/*.cpp"), ROOT / "gateway/tls/certificate.cpp",
               *ROOT.glob("gateway/routing/analyse*.cpp")]
    codes = {code for source in sources
             for code in re.findall(r'"([a-z]+(?:-[a-z]+)+|alias|empty|syntax)"', source.read_text())}
    page = (ROOT / "docs/diagnostics.md").read_text()
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) == codes
