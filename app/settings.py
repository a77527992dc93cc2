"""How Streamlit serves HEscope: to this computer alone, quietly, in a light and a dark theme."""

ADDRESS = "127.0.0.1"
# Environment variable with the path of the study to assess when the page opens.
STUDY_VARIABLE = "HESCOPE_STUDY"
# Set where HEscope runs as a desktop program.
DESKTOP_VARIABLE = "HESCOPE_DESKTOP"

_SERVER: dict[str, object] = {
    "global.developmentMode": False,  # on by default in a frozen bundle
    "server.address": ADDRESS,  # unset means every interface
    "server.headless": True,  # __main__ opens the browser itself
    "server.allowedHosts": [ADDRESS, "localhost"],  # against DNS rebinding
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "strict",
    "server.maxUploadSize": 512,  # MB: a thin-slice head CT
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "browser.serverAddress": ADDRESS,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "type",  # no path and no value of a study on the page
    "client.showErrorLinks": "false",
    "logger.hideWelcomeMessage": True,
    "logger.enableRich": False,  # it quotes lines and values
    "runner.magicEnabled": False,
    # A full collection after every change takes 0.25 s with torch in memory.
    "runner.postScriptGC": False,
}
_THEME: dict[str, object] = {
    "theme.baseFontSize": 15,
    "theme.baseRadius": "small",
    "theme.light.primaryColor": "#0b6b78",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f1f4f6",
    "theme.light.textColor": "#1a2026",
    "theme.dark.primaryColor": "#5cc0cc",
    "theme.dark.backgroundColor": "#0f1317",
    "theme.dark.secondaryBackgroundColor": "#1b2127",
    "theme.dark.textColor": "#e4e8ec",
}


def streamlit_options(port: int, base_path: str) -> dict[str, object]:
    """Every option of Streamlit that HEscope sets; port 0 is a free one.

    Nothing is served outside ``base_path``.
    """
    return {**_SERVER, **_THEME, "server.port": port, "server.baseUrlPath": base_path}
