from __future__ import annotations

from lectern_testing.zoom.simulated_account import HOST, SimulatedZoom

EMAIL = "sam@students.example"


def test_reset_begins_anew() -> None:
    zoom = SimulatedZoom(plan="free")
    zoom.create()
    zoom.later(days=1)
    assert zoom.control("POST", "/reset", {"plan": "pro"}).status_code == 204
    state = zoom.control("GET", "/state").json()
    assert (state["plan"], state["meetings"]) == ("pro", [])
    assert zoom.control("GET", "/calls").json() == {"calls": []}
    assert zoom.call("GET", f"/users/{HOST}").status_code == 401


def test_the_state_tells_the_whole_truth() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    added = zoom.register(meeting["id"], EMAIL).json()
    state = zoom.control("GET", "/state").json()
    [shown] = state["meetings"]
    [registrant] = shown["registrants"]
    assert (shown["id"], shown["host_email"]) == (meeting["id"], HOST)
    assert (registrant["email"], registrant["status"]) == (EMAIL, "approved")
    assert registrant["join_url"] == added["join_url"]
    assert HOST in [user["email"] for user in state["users"]]


def test_the_log_tells_each_call_without_secrets() -> None:
    zoom = SimulatedZoom()
    zoom.call("GET", f"/users/{HOST}")
    zoom.call("GET", "/meetings/1")
    calls = zoom.control("GET", "/calls").json()["calls"]
    assert [(c["operation"], c["status"], c["code"], c["rate_class"]) for c in calls] == [
        ("oauth_token", 200, None, None),
        ("get_user", 200, None, "light"),
        ("get_meeting", 404, 3001, "light"),
    ]
    assert calls[0]["time"].startswith("2030-03-17T17:46:40")
    after_first = zoom.control("GET", "/calls?since=1").json()["calls"]
    assert [call["sequence"] for call in after_first] == [2, 3]


def test_the_summary_counts_by_operation_and_status() -> None:
    zoom = SimulatedZoom()
    zoom.control("DELETE", "/calls")
    zoom.call("GET", f"/users/{HOST}")
    zoom.call("GET", "/meetings/1")
    assert zoom.control("GET", "/summary").json() == {
        "calls": 2,
        "by_operation": {"get_user": 1, "get_meeting": 1},
        "by_status": {"200": 1, "404": 1},
    }


def test_the_clock_is_advanced_and_set() -> None:
    zoom = SimulatedZoom()
    moved = zoom.control("POST", "/clock", {"advance_seconds": 60}).json()
    assert moved == {"now": "2030-03-17T17:47:40+00:00"}
    zoom.control("POST", "/clock", {"set": "2031-01-01T00:00:00Z"})
    assert zoom.control("GET", "/clock").json() == {"now": "2031-01-01T00:00:00+00:00"}


def test_a_misspelt_seed_is_refused_by_name() -> None:
    answer = SimulatedZoom().control("POST", "/seed", {"plans": "free"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "plans"


def test_faults_and_actions_are_given_over_http() -> None:
    zoom = SimulatedZoom()
    meeting = zoom.create()
    fault = {"kind": "status", "operation": "get_user", "status": 503}
    assert zoom.control("POST", "/faults", fault).status_code == 204
    assert zoom.control("GET", "/faults").json()["faults"][0]["status"] == 503
    assert zoom.call("GET", f"/users/{HOST}").status_code == 503
    register = {
        "action": "self_register",
        "meeting_id": meeting["id"],
        "email": EMAIL,
        "first_name": "Sam",
    }
    assert zoom.control("POST", "/actions", register).status_code == 204
    assert [r["email"] for r in zoom.registrants(meeting["id"], "pending")] == [EMAIL]


def test_an_action_that_zoom_refuses_says_why() -> None:
    zoom = SimulatedZoom()
    answer = zoom.control("POST", "/actions", {"action": "delete_meeting", "meeting_id": 1})
    assert (answer.status_code, answer.json()["code"]) == (404, 3001)
    unknown = zoom.control("POST", "/actions", {"action": "dance"})
    assert unknown.status_code == 400


def test_a_move_of_the_clock_is_one_or_the_other() -> None:
    zoom = SimulatedZoom()
    both = {"advance_seconds": 1, "set": "2031-01-01T00:00:00Z"}
    assert zoom.control("POST", "/clock", both).status_code == 400
    assert zoom.control("POST", "/clock", {}).status_code == 400


def test_an_action_on_someone_who_is_not_there_says_so() -> None:
    zoom = SimulatedZoom()
    body = {"action": "deny_registrant", "meeting_id": zoom.create()["id"], "email": EMAIL}
    assert zoom.control("POST", "/actions", body).status_code == 400
    assert (
        zoom.control("POST", "/actions", {"action": "recover_meeting", "meeting_id": 1}).json()[
            "code"
        ]
        == 3001
    )


def test_the_counts_outlive_the_log() -> None:
    zoom = SimulatedZoom()
    zoom.call("GET", f"/users/{HOST}")
    zoom.control("DELETE", "/calls")
    zoom.call("GET", f"/users/{HOST}")
    zoom.call("GET", "/users/nobody@acme.example")
    zoom.control("POST", "/reset", {})
    counted = zoom.control("GET", "/counts").json()["counts"]
    assert [each for each in counted if each["operation"] == "get_user"] == [
        {"operation": "get_user", "status": "200", "calls": 2},
        {"operation": "get_user", "status": "404", "calls": 1},
    ]
