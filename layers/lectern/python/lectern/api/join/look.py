"""What the join pages look like, and the little script that they have: allowed by their hashes."""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root { color-scheme: light dark; --paper: #f6f7f9; --surface: #fff; --ink: #16181d;
  --soft: #525866; --line: #d5d9e0; --accent: #0b4fb3; --wait: #7a4b00; --bad: #a61b1b;
  font: 1.0625rem/1.55 system-ui, sans-serif }
@media (prefers-color-scheme: dark) {
  :root { --paper: #101216; --surface: #191c22; --ink: #f0f2f5; --soft: #b3bac6;
    --line: #343a45; --accent: #9cc2ff; --wait: #ffcf7d; --bad: #ffaba4 } }
*, ::before { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0; min-height: 100vh; display: grid; align-content: start; padding: 1rem;
  color: var(--ink); background: var(--paper); overflow-wrap: anywhere }
main { --tone: var(--soft); width: 100%; max-width: 36rem; margin: 0 auto; padding: 1.5rem 1.25rem;
  background: var(--surface); border: 1px solid var(--line); border-top: 4px solid var(--tone);
  border-radius: .75rem }
.wait { --tone: var(--wait) }
.bad { --tone: var(--bad) }
h1 { margin: 0; font-size: clamp(1.4rem, 8vw, 1.8rem); line-height: 1.2; hyphens: auto;
  text-wrap: balance }
h1::before { content: ""; display: inline-block; width: .5em; height: .5em;
  margin-inline-end: .45em; border-radius: 50%; background: var(--tone); vertical-align: .1em }
.bad h1::before { border-radius: 2px; transform: rotate(45deg) }
p { margin: 1rem 0 0 }
.event { color: var(--soft); unicode-bidi: plaintext }
.event strong { color: var(--ink); font-weight: 600 }
time { font-variant-numeric: tabular-nums }
ul { list-style: none; margin: 1rem 0 0; padding: 0 }
li { unicode-bidi: plaintext; border-top: 1px solid var(--line); padding: .625rem 0 }
a { color: var(--accent); display: block; margin: -.625rem 0; padding: .625rem 0;
  text-underline-offset: .15em }
a:hover { text-decoration-thickness: 2px }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px }
nav { margin-top: 1.75rem }
@media (min-width: 40rem) {
  body { padding: 10vh 1.5rem 2rem }
  main { padding: 2.25rem 2.5rem } }
@media (prefers-reduced-motion: no-preference) {
  .moving h1::before { animation: breathe 1.4s ease-in-out infinite }
  @keyframes breathe { 50% { opacity: .25 } } }
@media (forced-colors: active) { h1::before { background: CanvasText } }
"""

SCRIPT = """
const own = document.documentElement.lang;
const language = navigator.languages.find(each => each.startsWith(own)) ?? own;
const form = new Intl.DateTimeFormat(language, { weekday: "long", year: "numeric", month: "long",
  day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "long" });
for (const time of document.querySelectorAll("time")) {
  time.textContent = form.format(new Date(time.dateTime));
}
const { refresh } = document.querySelector("main").dataset;
if (refresh) setTimeout(() => location.reload(), refresh * 1000);
"""
"""Times in the visitor's zone, which only the browser knows; without it they are in the event's.

A page that asks again by itself is told so in ``noscript`` where there is no script."""


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
