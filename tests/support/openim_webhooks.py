"""OpenIM 3.8's webhooks.yml."""

from amity.settings import webhooks


def openim_webhooks() -> str:
    """Return the file, rebuilt from its keys: before and after have different sub-keys, some odd ones too."""
    lines = ["url: http://127.0.0.1:10006/callbackExample"]
    for key in sorted(webhooks.OPENIM):
        lines += [f"{key}:", "  enable: false", "  timeout: 5"]
        if key.endswith("ChatConversations"):
            lines.append("  failedContinue: false")
        elif key == "beforeAddBlack":
            lines.append("  failedContinue:")
        elif key.startswith("before"):
            lines.append("  failedContinue: true")
        if "Msg" in key:
            lines += ["  # which", "  attentionIds: []", "  deniedTypes: []"]
    return "\n".join(lines) + "\n"
