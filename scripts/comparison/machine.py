"""What was measured on: hardware, versions, date."""
import datetime
import importlib.metadata
import os
import platform
import re
import subprocess


def describe(als, threads):
    """Name and value of everything that a figure depends on."""
    packages = [f"{n} {importlib.metadata.version(n)}" for n in ("implicit", "irspack", "cmfrec", "numpy", "scipy")
                if installed(n)]
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{processor()}, {os.cpu_count()} logical processors",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "threads": str(threads),
        "load before": " ".join(f"{x:.2f}" for x in os.getloadavg()),
        "swift-als": "; ".join(output(als, "--version").splitlines()),
        "compiler": output("swift", "--version").splitlines()[0],
        "peers": f"Python {platform.python_version()}, {', '.join(packages)}",
    }


def processor():
    try:
        with open("/proc/cpuinfo") as lines:
            return re.search(r"model name\s*:\s*(.*)", lines.read()).group(1)
    except (OSError, AttributeError):
        return platform.machine()


def installed(name):
    try:
        return bool(importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return False


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
