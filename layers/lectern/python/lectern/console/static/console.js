// Makes pages nicer that are whole without it: times in the visitor's zone, parts that move by
// themselves, links that can be copied.

// The visitor's own form of the page's language: en-GB writes days otherwise than en-US.
const language =
  navigator.languages.find((each) => each.startsWith(document.documentElement.lang)) ?? document.documentElement.lang;
const written = {
  moment: new Intl.DateTimeFormat(language, {
    year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  }),
  clock: new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" }),
};

function writeTimes(part) {
  for (const time of part.querySelectorAll("time[data-moment]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) {
      time.title ||= time.textContent;
      time.textContent = written.moment.format(moment);
    }
  }
}

// Times of the day, beside which the zone is written once.
function writeClocks(part) {
  for (const time of part.querySelectorAll("[data-clock]")) {
    const moment = new Date(time.dataset.clock);
    if (!Number.isNaN(moment.valueOf())) time.textContent = written.clock.format(moment);
  }
  for (const zone of part.querySelectorAll("[data-zone]")) {
    zone.textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}

// An event's own time is no news to whoever is in its zone.
function leaveOutOwnZone(part) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const time of part.querySelectorAll("[data-own-zone]")) time.hidden = time.dataset.ownZone === here;
}

function offerCopies(part) {
  for (const source of part.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = source.dataset.copy;
    button.addEventListener("click", async () => {
      const text = "value" in source ? source.value : source.textContent.trim();
      try {
        await navigator.clipboard.writeText(text);
        announce(source.dataset.copied);
      } catch {
        source.select?.();
      }
    });
    source.after(button);
  }
}

function announce(text) {
  const place = document.querySelector("#told");
  if (place) place.textContent = text;
}

// Parts with data-live move: the page is read anew every so many seconds for as long as the server
// says so, and they are put in the places of those that are there. Whoever has the focus in one is
// left in peace.
async function renew() {
  const parts = [...document.querySelectorAll("[data-live][id]")];
  const still = parts.filter((part) => !part.contains(document.activeElement));
  if (document.visibilityState === "visible" && still.length > 0) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.status === 401) return location.reload();
      if (answer.ok) replace(still, await answer.text());
    } catch {
      // The network comes back, or the visitor leaves: the next turn tries again.
    }
  }
  schedule();
}

function replace(parts, html) {
  const read = new DOMParser().parseFromString(html, "text/html");
  for (const part of parts) {
    const fresh = read.getElementById(part.id);
    if (!fresh) continue;
    part.replaceWith(document.adoptNode(fresh));
    enhance(fresh);
    if (fresh.dataset.done && !fresh.dataset.live) announce(fresh.dataset.done);
  }
}

function schedule() {
  const waits = [...document.querySelectorAll("[data-live][id]")].map((part) => Number(part.dataset.live));
  if (waits.length > 0) setTimeout(renew, Math.min(...waits) * 1000);
}

function enhance(part) {
  writeTimes(part);
  writeClocks(part);
  leaveOutOwnZone(part);
  offerCopies(part);
}

enhance(document);
schedule();
