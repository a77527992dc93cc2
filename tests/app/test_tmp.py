def test_x(open_app, study):
    at = open_app()
    print(at)
    at = open_app(study)
    print([e.proto for e in at.get("html")][:3])
    print(at.exception)
    assert 0
