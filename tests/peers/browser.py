#!/usr/bin/env python3
"""Opens report.html in Chromium and checks what only a browser can say.

    python3 tests/peers/browser.py --binary target/release/pairscore

The page is that of a batch made here, full of hostile texts. Needs selenium (pip install selenium), chromium and
chromedriver (Debian: chromium, chromium-driver). Ends with 1 at the first thing that is wrong.
"""

import argparse
import base64
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlparse

HOSTILE = [
    "<script>alert(1)</script>",
    '"onmouseover="alert(1)',
    "</style><style>*{display:none}</style>",
    "<img src=https://example.invalid/x onerror=alert(1)>",
    "javascript:alert(1)",
    "]]>--><!-- \u202esdrawkcab\u200b",
    "<svg onload=alert(1)><animate onbegin=alert(1)>",
    "<template><iframe src=javascript:alert(1)></template>",
    "<![CDATA[<x>]]><!--><script>alert(1)//-->",
    "&lt;script&gt;alert(1)&#60;/script&#62; +ADw-script+AD4-alert(1)",
    "\u2028</bdi></td></table></main><base href=https://example.invalid/><object data=x>",
    "\ufdd0\uffff<math><mi xlink:href=javascript:alert(1)>x <link rel=stylesheet href=//example.invalid/x>",
]
NAMES = [
    '<b>"q\'&', "javascript:alert(1)", 'a" onclick="alert(1)', "#?%2e", "plain", "deep/er", "a</script><script>alert(1)",
    "<img src=x onerror=alert(1)>", "' autofocus onfocus='alert(1)", "&quot; &#39; +ADw-x+AD4-", "line\u2028end\u202e", "\ufeff]]>",
]
ELEMENTS = set("""a article b bdi body br button circle code dd details div dl dt figcaption figure footer form g h1 h2 h3 head header html input label
    legend li line main mark meta nav ol option output p path polygon polyline rect script section select small span style summary
    svg table tbody td text th thead title tr ul""".split())
NEUTRAL = "The mill beside the river has 4 stones, and the miller opens its door at six."


def fail(what):
    sys.exit(f"FAILED: {what}")


def check(holds, what):
    if not holds:
        fail(what)
    print(f"ok  {what}")


def make_batch(folder):
    """Pairs of one language and of two, one without a fault, one that cannot be read, one without a partner."""
    def put(side, name, content):
        path = folder / side / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    for k, (name, text) in enumerate(zip(NAMES, HOSTILE)):
        lines = [f"{NEUTRAL} {text} number {n}." for n in range(12)]
        put("original", name, "\n\n".join(lines))
        worse = [line.replace("4 stones", "9 stones") if n <= k else line for n, line in enumerate(lines)]
        put("translation", name, "\n\n".join(worse + [worse[0]] * k))
    put("original", "calm", NEUTRAL)
    put("translation", "calm", NEUTRAL)
    put("original", "wide", "A " + "w" * 3000 + " end.")
    put("translation", "wide", "A " + "w" * 2990 + " end.")
    put("original", "broken<i>", b"\xff\xfe\xff")
    put("translation", "broken<i>", "x")
    put("original", "alone", NEUTRAL)


def make_page(binary, folder):
    make_batch(folder)
    words = [binary, "run", "-q", "--original", "original", "--translation", "translation", "--allow-partial"]
    done = subprocess.run([*words, "--output", "out", "--format", "csv,html"], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        fail(f"{binary} run ended with {done.returncode}: {done.stderr.strip()}")
    return folder / "out" / "report.html"


def start(profile, script=True):
    """A headless Chromium that keeps its console and its requests."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for switch in ["headless", "no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking",
                   "disable-component-update", "disable-sync", "hide-scrollbars", f"user-data-dir={profile}"]:
        options.add_argument(f"--{switch}")
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    # The browser's own start page is not under test.
    driver.get("about:blank")
    driver.get_log("performance")
    return driver


def look(driver, width, dark):
    """As on a screen of that width and scheme."""
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [scheme]})


def screenshot(driver, path):
    size = driver.execute_script("return [innerWidth, Math.min(document.documentElement.scrollHeight, 8000)]")
    clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
    path.write_bytes(base64.b64decode(shot["data"]))


def check_silence(driver, page, what):
    """Nothing on the console (a breach of the policy stands there too), and no request but for the page."""
    check(not (console := driver.get_log("browser")), f"{what}: nothing on the console {console or ''}".strip())
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    sent = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    foreign = [url for url in sent if url.split("#")[0] != page.as_uri()]
    check(sent and not foreign, f"{what}: no request but for the page {foreign or ''}".strip())
    check(not any(e["method"] == "Page.javascriptDialogOpening" for e in events), f"{what}: no dialog")


def visible_rows(driver):
    rows = driver.find_elements("css selector", "#table tbody tr:not([hidden])")
    return [row.find_element("tag name", "th").get_attribute("textContent") for row in rows]


def column(driver, index):
    script = "return [...document.querySelectorAll('#table tbody tr')].map(r => r.cells[arguments[0]].textContent.trim())"
    return driver.execute_script(script, index)


def check_filters(driver):
    everything = visible_rows(driver)
    check(len(everything) == len(NAMES) + 3, f"all {len(NAMES) + 3} pairs stand in the table")
    search = driver.find_element("id", "search")
    search.send_keys("CALM")
    check(visible_rows(driver) == ["calm"], "the search finds a pair whatever the case")
    driver.find_element("id", "all").click()
    check(visible_rows(driver) == everything, "showing all shows all")
    driver.find_element("css selector", "#verdict option:nth-child(4)").click()
    check("calm" in visible_rows(driver) and len(visible_rows(driver)) < len(everything), "the verdict filters")
    driver.find_element("css selector", "a[data-check=number-mismatch]").click()
    found = visible_rows(driver)
    check(found and "calm" not in found, "a check's name shows the pairs in which it found something")
    driver.find_element("id", "all").click()


def check_sorting(driver):
    heads = driver.find_elements("css selector", "#table thead th")
    points = next(k for k, head in enumerate(heads) if head.text == "Points")
    button = heads[points].find_element("tag name", "button")
    numbers = lambda: [float(text) for text in column(driver, points) if text != "–"]
    before = column(driver, 0)
    button.send_keys("\n")
    check(numbers() == sorted(numbers(), reverse=True), "the keyboard sorts by error points, most first")
    button.click()
    check(numbers() == sorted(numbers()) and column(driver, 0) != before, "a second click turns the order round")
    check(heads[points].get_attribute("aria-sort") == "ascending", "the header says how it is sorted")
    check(column(driver, points)[-1] == "–", "what has no number comes last")
    names = driver.find_element("css selector", "#table thead th button")
    names.click()
    first = column(driver, 0)
    check(first.index("alone" if "alone" in first else "broken<i>") < first.index("plain"), "a name sorts from A to Z first")
    for title in ("Segments", "Verdict"):
        head = next(head for head in heads if head.text == title)
        for _ in range(2):
            head.find_element("tag name", "button").click()
            check(column(driver, 1)[-1] == "not scored", f"{title}: what was not scored comes last either way")


def check_links(driver):
    link = driver.find_elements("css selector", "#table tbody th a")[-1]
    target = link.get_attribute("href").split("#")[1]
    driver.execute_script("arguments[0].scrollIntoView()", link)
    link.click()
    view = driver.find_element("id", target)
    check(view.get_attribute("open") is not None, "a link opens its pair")
    top = driver.execute_script("return arguments[0].getBoundingClientRect().top", view)
    check(-5 < top < 900, "and brings it into sight")
    driver.execute_script("arguments[0].open = false", view)
    driver.execute_script("arguments[0].click()", link)
    check(view.get_attribute("open") is not None, "a second click opens it again")
    missing = "return [...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById(a.hash.slice(1))).length"
    check(driver.execute_script(missing) == 0, "every link within the page leads somewhere")


def check_tables(driver, page):
    links = driver.execute_script("return [...document.querySelectorAll('a:not([href^=\"#\"])')].map(a => a.href)")
    files = [Path(unquote(urlparse(link).path)) for link in links]
    check(len(files) > len(NAMES), "the tables are linked")
    check(all(f.is_file() and page.parent in f.parents for f in files), "and stand where the links say")


def check_elements(driver, what):
    """No text or name has become an element, an attribute or an address."""
    names = set(driver.execute_script("return [...document.querySelectorAll('*')].map(e => e.localName)"))
    check(names <= ELEMENTS, f"{what}: no element but ours {names - ELEMENTS or ''}".strip())
    script = "return ['script', 'style', 'head > title', 'body'].map(name => document.querySelectorAll(name).length)"
    check(driver.execute_script(script) == [1, 1, 1, 1], f"{what}: one script, one style, one title")
    script = """return [...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a =>
        a.name.startsWith('on') || /^(javascript|data|https?):/i.test(a.value.trim()) && a.name != 'content').map(a => a.name)"""
    check(not (found := driver.execute_script(script)), f"{what}: no attribute that runs or fetches {found or ''}".strip())


def edit(binary, page):
    """Texts in run.json that no run writes, and the page made anew."""
    path = page.with_name("run.json")
    run = json.loads(path.read_text(encoding="utf-8"))
    text = "</title></script>" + "".join(HOSTILE)
    run |= {"version": text * 2000, "signature": text}
    run["pipeline"]["name"] = text
    run["pipeline"]["input"] |= {"original": text, "languages": "<i>"}
    path.write_text(json.dumps(run), encoding="utf-8")
    subprocess.run([binary, "report", "-q", page.parent, "--format", "html"], check=True)


def check_widths(driver, page, shots):
    for width in (1280, 390):
        for dark in (False, True):
            look(driver, width, dark)
            driver.get(page.as_uri())
            driver.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
            wide = driver.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
            check(wide[0] <= wide[1] == width, f"{width} wide, {'dark' if dark else 'light'}: nothing sticks out {wide}")
            screenshot(driver, shots / f"page-{width}-{'dark' if dark else 'light'}.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True, type=lambda p: str(Path(p).resolve()), help="the program")
    parser.add_argument("--shots", type=Path, help="folder for screenshots; else they are thrown away")
    parser.add_argument("--allow-missing", action="store_true", help="end with 0 where there is no browser or selenium")
    options = parser.parse_args()
    try:
        import selenium  # noqa: F401
        missing = [name for name in ("chromedriver",) if not shutil.which(name)]
    except ImportError:
        missing = ["selenium"]
    if not (shutil.which("chromium") or shutil.which("google-chrome")):
        missing.append("chromium")
    if missing:
        print(f"not checked, for want of {', '.join(missing)}")
        sys.exit(0 if options.allow_missing else 1)
    with tempfile.TemporaryDirectory() as folder:
        run(options, Path(folder))
    print("all is well")


def run(options, folder):
    page = make_page(options.binary, folder)
    shots = options.shots or folder
    shots.mkdir(parents=True, exist_ok=True)
    driver = start(folder / "profile")
    try:
        look(driver, 1280, False)
        driver.get(page.as_uri())
        check_filters(driver)
        check_sorting(driver)
        check_links(driver)
        check_tables(driver, page)
        check_elements(driver, "hostile texts and names")
        check_widths(driver, page, shots)
        check_silence(driver, page, "with its script")
        edit(options.binary, page)
        driver.get(page.as_uri())
        check_elements(driver, "an edited run.json")
        check_silence(driver, page, "an edited run.json")
    finally:
        driver.quit()
    driver = start(folder / "second-profile", script=False)
    try:
        driver.get(page.as_uri())
        check(not driver.find_element("id", "controls").is_displayed(), "without script no filter is offered")
        check(len(visible_rows(driver)) == len(NAMES) + 3, "and all rows can be read")
        details = driver.find_elements("css selector", "details.view")[1]
        details.find_element("tag name", "summary").click()
        check(details.find_element("class name", "segment").is_displayed(), "and pairs can be opened")
        check_silence(driver, page, "without script")
    finally:
        driver.quit()


if __name__ == "__main__":
    main()
