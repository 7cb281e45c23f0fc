"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const isShouted = (text) => text === text.toUpperCase();
/** Catalogues in capitals are hard to read. */
const calm = (text) => (isShouted(text) ? text.charAt(0) + text.slice(1).toLowerCase() : text);
const named = (item) => (item.title ? calm(item.title.trim()) : item.id);
const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

async function ask(path) {
  let response;
  try {
    response = await fetch(path, { headers: { accept: "application/json" } });
  } catch {
    throw new Error("the server does not answer.");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    const error = new Error(body.error?.message ?? `the server answered ${response.status}.`);
    error.code = body.error?.code;
    throw error;
  }
  return body;
}

function say(text) {
  $("#notice").hidden = !text;
  $("#notice").textContent = text ? text.charAt(0).toUpperCase() + text.slice(1) : "";
}

function lines(heading, entries) {
  const list = document.createElement("ul");
  for (const [name, value] of entries) {
    const line = document.createElement("li");
    line.className = "line";
    const [left, right] = [document.createElement("span"), document.createElement("span")];
    left.textContent = name;
    right.className = "score";
    right.textContent = value;
    line.append(left, right);
    list.append(line);
  }
  const title = document.createElement("p");
  title.textContent = heading;
  return [title, list];
}

async function why(user, item) {
  const path = `/users/${encodeURIComponent(user)}/recommendations/${encodeURIComponent(item.id)}/explanation`;
  const answer = await ask(path);
  const parts = answer.contributions.filter((part) => part.contribution > 0).slice(0, 4);
  const share = (value) => (answer.score > 0 ? percent(value / answer.score) : value.toFixed(3));
  const rest = parts.reduce((left, part) => left - part.contribution, answer.score);
  return lines("Shares of the score that come from", [
    ...parts.map((part) => [named(part), share(part.contribution)]), ["Everything else", share(rest)]]);
}

async function similar(item) {
  const answer = await ask(`/items/${encodeURIComponent(item.id)}/similar?count=5`);
  return lines("Bought by similar customers", answer.items.map((other) => [named(other), percent(other.score)]));
}

/** Shows what `load` gives below an item, or hides it again. */
function toggles(row, button, load) {
  button.addEventListener("click", async () => {
    const detail = $(".detail", row);
    const isOpen = button.getAttribute("aria-expanded") === "true";
    for (const other of row.querySelectorAll(".actions button")) other.setAttribute("aria-expanded", "false");
    detail.hidden = isOpen;
    if (isOpen) return;
    button.setAttribute("aria-expanded", "true");
    try {
      const content = await load();
      if (button.getAttribute("aria-expanded") === "true") detail.replaceChildren(...content);
    } catch (error) {
      detail.textContent = error.message;
    }
  });
}

function recommended(user, items) {
  const best = Math.max(...items.map((item) => item.score), 1e-9);
  return items.map((item) => {
    const row = $("#item").content.cloneNode(true).firstElementChild;
    $(".name", row).textContent = named(item);
    $(".score", row).textContent = item.score.toFixed(3);
    $(".id", row).textContent = item.id;
    $(".bar i", row).style.width = `${Math.max(2, (100 * item.score) / best)}%`;
    toggles(row, $(".why", row), () => why(user, item));
    toggles(row, $(".like", row), () => similar(item));
    return row;
  });
}

function bought(items) {
  return items.map((item) => {
    const row = document.createElement("li");
    row.className = "line";
    const [name, value] = [document.createElement("span"), document.createElement("span")];
    name.className = "name";
    name.textContent = named(item);
    value.className = "score";
    value.textContent = item.value === 1 ? "" : `× ${item.value.toLocaleString("en")}`;
    row.append(name, value);
    return row;
  });
}

let latest = 0;

async function show(user) {
  const mine = ++latest;
  $("#user").value = user;
  history.replaceState(null, "", `#${encodeURIComponent(user)}`);
  const base = `/users/${encodeURIComponent(user)}`;
  try {
    const [found, past] = await Promise.all([
      ask(`${base}/recommendations?count=10`),
      ask(`${base}/history?count=15`).catch((error) => {
        if (error.code) return null;
        throw error;
      }),
    ]);
    if (mine !== latest) return;
    say(found.items.length ? "" : "nothing is left to recommend to this customer.");
    $("#recommended").hidden = !found.items.length;
    $("#recommended-title").textContent = `For customer ${user}`;
    $("#recommended .items").replaceChildren(...recommended(user, found.items));
    $("#bought").hidden = !past;
    if (past) {
      $("#bought-title").textContent = `Bought so far: ${past.total.toLocaleString("en")} products`;
      $("#bought .items").replaceChildren(...bought(past.items));
    }
  } catch (error) {
    if (mine !== latest) return;
    say(error.message);
    $("#recommended").hidden = $("#bought").hidden = true;
  }
}

$("#search").addEventListener("submit", (event) => {
  event.preventDefault();
  const user = $("#user").value.trim();
  if (user) show(user);
});

async function start() {
  const asked = decodeURIComponent(location.hash.slice(1));
  try {
    const [health, some] = await Promise.all([ask("/health"), ask("/users?count=5")]);
    const count = (number) => number.toLocaleString("en");
    $("#about").textContent = `${count(health.users)} customers, ${count(health.items)} products, ${health.factors} factors`;
    $("#examples").hidden = !some.users.length;
    for (const user of some.users) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = user;
      button.addEventListener("click", () => show(user));
      $("#examples span").append(button);
    }
    if (asked) await show(asked);
    else $("#user").focus();
  } catch (error) {
    say(error.message);
  }
}

start();
