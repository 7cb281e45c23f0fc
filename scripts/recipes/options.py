"""Commands and options of als that documents speak of, and there are not."""
import re
import subprocess

from blocks import ROOT

OPTION = re.compile(r"(?<![\w-])--[a-z0-9][a-z0-9-]*")
# Docker's, in docs/containers.md.
OTHERS = {"--build-arg", "--cpus", "--cpuset-cpus", "--init", "--user"}


def _options(als):
    """The options of each command, by its --help; those of `als` alone under no name."""
    def help_of(*command):
        return subprocess.run([als, *command, "--help"], check=True, capture_output=True, text=True).stdout
    whole = help_of()
    commands = re.findall(r"^  ([a-z-]+)(?: \(default\))? +\S", whole.split("SUBCOMMANDS:")[1], re.M)
    return {command: set(OPTION.findall(help_of(command))) for command in commands} | {"": set(OPTION.findall(whole))}


def _codes(text):
    """(line, code, whether in a block) of a document; lines that go on are one."""
    joined = re.sub(r"\\\n((?:.*\\\n)*.*)", lambda m: " " + m[1].replace("\\\n", " ") + "\n" * (m[0].count("\n")), text)
    in_block = False
    for number, line in enumerate(joined.split("\n"), 1):
        if line.startswith("```"):
            in_block = not in_block
        elif in_block:
            yield number, line, True
        else:
            yield from ((number, code, False) for code in re.findall(r"`([^`]+)`", line))


def unknown(als):
    """A line for each command of als, and each option behind one or alone in the text, that --help does not have."""
    options, lines = _options(als), []
    elsewhere = set().union(OTHERS, *options.values())
    for script in (ROOT / "scripts").rglob("*"):
        if script.is_file() and script.suffix in ("", ".py"):
            elsewhere.update(OPTION.findall(script.read_text()))
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for number, code, in_block in _codes(document.read_text()):
            for part in re.split(r"[|;]|&&|\$\(", code):
                words = part.split()
                if words[:1] == ["als"] and len(words) > 1:
                    command = "" if words[1].startswith("-") else words[1]
                    wrong = [command] if command not in options else sorted(set(OPTION.findall(part)) - options[command])
                elif words and words[0].startswith("--") and not in_block:
                    wrong = sorted(set(OPTION.findall(part)) - elsewhere)
                else:
                    continue
                lines += [f"{document.relative_to(ROOT)}:{number}: als has no '{name}': {part.strip()}" for name in wrong]
    return lines
