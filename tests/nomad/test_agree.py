"""What is written in two places says the same: services.py, the job files, the ingress, Prometheus."""

import re
from typing import Any

import pytest

from local.cluster import tools
from local.paths import ROOT
from tests.nomad import files
from webapp.services import SERVICES

WITHOUT_PAGES = {"worker", "clock"}


@pytest.fixture(scope="module")
def jobs() -> dict[str, dict[str, Any]]:
    """Each service's job, and each job of a file of its own, as Nomad reads it."""
    program = tools.find(tools.NOMAD)
    if program is None:
        pytest.skip("Nomad is not on this machine yet: `make cluster` builds it.")
    made = {name: files.parsed(program, files.of_service(name, "laptop")) for name in files.NAMES}
    return made | {path: files.parsed(program, files.alone(path)) for path in files.ALONE}


def test_who_is_not_root_runs_the_same_jobs(jobs: dict[str, dict[str, Any]]) -> None:
    program = tools.find(tools.NOMAD)
    assert program
    words = {path: files.alone(path) for path in files.ALONE}
    words |= {name: files.of_service(name, "laptop") for name in ("catalog", "worker")}
    for name in words:
        group = files.parsed(program, ["-var=driver=raw_exec", *words[name]])["TaskGroups"][0]
        assert not group["Volumes"], name
        assert group["Tasks"][0]["User"] == "", name
        assert jobs[name]["TaskGroups"][0]["Tasks"][0]["User"] == "nobody", name


def test_every_service_and_both_processes_without_pages_have_a_file_of_variables() -> None:
    assert set(files.NAMES) == {*SERVICES, *WITHOUT_PAGES}


def test_the_ingress_sends_each_prefix_to_the_service_that_answers_it() -> None:
    sent = {path: re.search(r"proxy_pass http://(\w+);", body) for path, body in files.locations().items()}
    found = {path: match[1] for path, match in sent.items() if match and path != "/static"}
    assert found == {prefix: service for service, prefixes in SERVICES.items() for prefix in prefixes}


def test_the_ingress_asks_consul_for_the_copies_of_every_service() -> None:
    lists = files.listed(files.INGRESS.read_text(encoding="utf-8"))
    assert set(lists[0]) == set(SERVICES)


def test_prometheus_looks_at_every_service_and_both_processes_without_pages() -> None:
    text = (files.NOMAD / "system" / "prometheus.nomad.hcl").read_text(encoding="utf-8")
    assert set(files.listed(text)[0]) == {*SERVICES, *WITHOUT_PAGES}


def test_a_job_is_called_as_its_service_and_its_process_is_told(jobs: dict[str, dict[str, Any]]) -> None:
    for name in files.NAMES:
        group = jobs[name]["TaskGroups"][0]
        assert (jobs[name]["ID"], group["Services"][0]["Name"]) == (name, name)
        told = group["Tasks"][0]["Env"]["MARQUEE_SERVICE"]
        assert told == ("all" if name in WITHOUT_PAGES else name)


def test_an_old_copy_leaves_only_after_the_ingress_has_heard_of_it(jobs: dict[str, dict[str, Any]]) -> None:
    waits = jobs["nomad/system/ingress.nomad.hcl"]["TaskGroups"][0]["Tasks"][0]["Templates"][0]
    assert waits["DestPath"] == "local/nginx.conf"
    heard = (waits["Wait"]["Min"] + waits["Splay"]) / 1e9 + 0.05
    for name in files.NAMES:
        assert jobs[name]["TaskGroups"][0]["ShutdownDelay"] / 1e9 >= 2 * heard, name


def test_a_copy_is_killed_only_after_its_longest_request(jobs: dict[str, dict[str, Any]]) -> None:
    client = (files.NOMAD / "agent" / "client.hcl").read_text(encoding="utf-8")
    allowed = files.seconds(re.search(r'max_kill_timeout = "(\w+)"', client)[1])  # type: ignore[index]
    for name, job in jobs.items():
        task = job["TaskGroups"][0]["Tasks"][0]
        graceful = re.search(r"--graceful-timeout=(\d+)", " ".join(map(str, task["Config"].get("args", ()))))
        given = task["KillTimeout"] / 1e9
        assert given > float(graceful[1] if graceful else 0), name
        assert given <= allowed, name


def test_a_slow_copy_is_left_for_another_one_in_time() -> None:
    everywhere = files.INGRESS.read_text(encoding="utf-8").partition("\n  upstream ")[0]
    shared = re.search(r"proxy_next_upstream_timeout (\w+);", everywhere)
    assert shared
    for path, body in files.locations().items():
        read = re.search(r"proxy_read_timeout (\w+);", body)
        own = re.search(r"proxy_next_upstream_timeout (\w+);", body) or shared
        if read and path != "/live":
            assert files.seconds(own[1]) > files.seconds(read[1]), path


def test_the_alarm_expects_as_many_policies_as_services_scale_by_themselves() -> None:
    scaled = [path for path in (files.NOMAD / "services").iterdir() if "scale_on" in path.read_text()]
    text = (files.NOMAD / "system" / "alarm.nomad.hcl").read_text(encoding="utf-8")
    assert f"default     = {len(scaled)}\n" in text


def test_no_file_names_a_machine_or_holds_a_secret() -> None:
    for path in [*ROOT.glob("nomad/**/*.hcl"), *ROOT.glob("consul/**/*.hcl")]:
        text = re.sub(r"0\.0\.0\.0|127\.0\.0\.\d+", "", path.read_text(encoding="utf-8"))
        assert not re.search(r"\b\d+\.\d+\.\d+\.\d+\b", text), path
        assert not re.search(r'(?i)(password|secret_key|token)\s*=\s*"[^"{]', text), path
