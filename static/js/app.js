/* What makes the pages quicker to use. Everything works without it: each part only adds to plain links
   and forms. It is loaded before the page is painted, so that the theme never flashes; all listeners
   stand on the document, so that parts swapped in by htmx need no wiring. */
"use strict";

(() => {
  const root = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const listen = (name, deed, options) => document.addEventListener(name, deed, options);
  const memory = {
    get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* private window */ } },
  };

  /* Theme: the system's, until somebody chooses. */
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const chosen = memory.get("theme");
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;

  const nameSwitch = () => all("[data-theme-switch]").forEach((button) => {
    button.hidden = false;
    button.textContent = isDark() ? button.dataset.toLight : button.dataset.toDark;
  });
  const switchTheme = () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    memory.set("theme", root.dataset.theme);
    nameSwitch();
  };
  system.addEventListener("change", nameSwitch);

  /* Keys: "/", "?", and pairs that begin with "g"; the pairs stand on the links themselves. */
  const keysOn = () => memory.get("keys") !== "off";
  const openKeys = () => one("#keys")?.showModal?.();
  let began = 0;

  const typing = (target) => target.closest?.("input, select, textarea, [contenteditable], dialog");
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !keysOn()) return;
    const pair = event.timeStamp - began < 1200 && one(`[data-key="g ${CSS.escape(event.key)}"]`);
    began = 0;
    if (pair) pair.click();
    else if (event.key === "g") began = event.timeStamp;
    else if (event.key === "/" && one("[data-search]")) one("[data-search]").focus();
    else if (event.key === "?") openKeys();
    else return;
    event.preventDefault();
  };

  /* Money: repeat what was understood, as it is typed. The server reads it again, strictly. */
  const factors = { dong: 1n, million: 1000000n, billion: 1000000000n };
  const group = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, root.lang === "en" ? "," : ".");
  const decimal = (text) => (root.lang === "en" ? text : text.replace(".", ","));

  const readDong = (typed, unit) => {
    const found = typed.trim().match(root.lang === "en"
      ? /^(0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?:\.(\d+))?$/
      : /^(0|[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d*)(?:,(\d+))?$/);
    if (!found || (found[2] && unit === "dong")) return null;
    const part = (found[2] ?? "").replace(/0+$/, "");
    const scaled = BigInt(found[1].replace(/\D/g, "") + part) * factors[unit];
    const cut = 10n ** BigInt(part.length);
    return scaled % cut ? null : scaled / cut;
  };
  const rounded = (amount, factor) => {
    const hundredths = (amount * 100n + factor / 2n) / factor;
    const rest = String(hundredths % 100n).padStart(2, "0").replace(/0+$/, "");
    const sign = (amount * 100n) % factor ? "≈" : "=";
    return `${sign} ${group(String(hundredths / 100n))}${rest && decimal(`.${rest}`)}`;
  };
  const echoMoney = (input) => {
    const output = one(`output[for="${CSS.escape(input.id)}"]`);
    if (!output) return;
    const unit = input.dataset.moneyEcho in factors ? input.dataset.moneyEcho : "dong";
    const typed = input.value.trim();
    const amount = readDong(typed, unit);
    output.dataset.state = amount === null && typed ? "error" : "read";
    if (amount === null) {
      output.textContent = typed && output.dataset.malformed;
      return;
    }
    const big = ["billion", "million"].find((name) => name !== unit && amount >= factors[name]);
    const exact = `${group(String(amount))} ${output.dataset.dong}`;
    const round = big && `${rounded(amount, factors[big])} ${output.dataset[big]}`;
    if (!round) output.textContent = exact;
    else output.textContent = output.dataset.short === undefined ? `${exact} ${round}` : round;
  };

  /* The daily sheet: Enter goes down, Ctrl+Enter saves the row, Esc gives back its old figures. */
  const fields = (row) => all("input, select, textarea", row).filter((field) => field.type !== "hidden");
  const chosenAtFirst = ({ options }) => {
    const asked = [...options].findIndex((option) => option.defaultSelected);
    return asked < 0 && options.length ? 0 : asked;
  };
  const isChanged = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return field.selectedIndex !== chosenAtFirst(field);
    return field.value !== field.defaultValue;
  };
  const restore = (field) => {
    if (field.tagName === "SELECT") field.selectedIndex = chosenAtFirst(field);
    else if (field.type === "checkbox" || field.type === "radio") field.checked = field.defaultChecked;
    else field.value = field.defaultValue;
    if (field.dataset.moneyEcho !== undefined) echoMoney(field);
  };
  const below = (name, row) => {
    let next = row.nextElementSibling;
    while (next && !one(`[name="${name}"]`, next)) next = next.nextElementSibling;
    return next && one(`[name="${name}"]`, next);
  };
  /* As in a spreadsheet: after Tab has gone to the right, Enter returns to the column it began in. */
  let begun = {};
  const typeInSheet = (event) => {
    const row = event.target.closest?.("[data-sheet] tbody tr");
    if (!row || event.isComposing || !event.target.matches("input, select")) return;
    if (event.key === "Enter") {
      event.preventDefault();
      const next = below((begun.row === row && begun.name) || event.target.name, row);
      begun = {};
      if (event.ctrlKey || event.metaKey) one("[data-sheet-save]", row)?.click();
      if (next) { next.closest("details")?.setAttribute("open", ""); next.focus(); next.select?.(); }
    } else if (event.key === "Tab") {
      if (event.shiftKey) begun = {};
      else if (begun.row !== row) begun = { row, name: event.target.name };
    } else if (event.key === "Escape") {
      fields(row).forEach(restore);
      event.target.select?.();
    }
  };

  /* Forms: one click is enough; what was typed is not lost by accident. */
  let leaving = false;
  const isUnsaved = () => all("[data-warn-unsaved]").some((part) => fields(part).some(isChanged));
  const submit = (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    leaving = true;
    setTimeout(() => { delete form.dataset.sent; leaving = false; }, 8000);
  };

  /* What is ticked: how many, and what they come to, told again with every tick. */
  const recount = (form) => {
    const told = one("[data-picked]", form);
    if (!told) return;
    const ticked = all("[data-dong]:checked", form);
    const sum = ticked.reduce((whole, box) => whole + BigInt(box.dataset.dong), 0n);
    const digits = group(String(sum < 0n ? -sum : sum));
    one("[data-picked-words]", told).textContent = told.dataset.now;
    one("[data-picked-count]", told).textContent = group(String(ticked.length));
    one("[data-picked-sum]", told).textContent = sum < 0n ? `\u2212${digits}` : digits;
  };

  /* htmx: the token on every unsafe request, and a sentence when no answer came or none was meant for us. */
  const say = (words) => {
    const place = one("#alerts");
    const alert = document.createElement("div");
    alert.className = "alert";
    alert.dataset.kind = "error";
    alert.append(Object.assign(document.createElement("p"), { className: "alert-text", textContent: words }));
    place.replaceChildren(alert);
    alert.scrollIntoView({ block: "nearest" });
  };
  listen("htmx:config:request", ({ detail: { ctx: { request } } }) => {
    if (!/^(GET|HEAD)$/.test(request.method)) request.headers["X-CSRFToken"] = one('meta[name="csrf-token"]').content;
  });
  const asksItself = (ctx) => ctx?.sourceElement?.id === "bell"; // nobody pressed anything: no alert
  listen("htmx:response:error", ({ detail: { ctx } }) => {
    if (asksItself(ctx)) return;
    const words = one("#alerts").dataset;
    if (ctx.response.status === 422 || /id="alerts"/.test(ctx.text)) return;
    say(ctx.response.status === 401 ? words.expired : words.failed.replace("{code}", ctx.response.status));
  });
  listen("htmx:error", ({ detail: { ctx } }) => { if (ctx && !asksItself(ctx)) say(one("#alerts").dataset.offline); });

  listen("keydown", (event) => { typeInSheet(event); if (!event.defaultPrevented) press(event); });
  listen("pointerdown", () => { begun = {}; });
  listen("input", ({ target }) => { if (target.dataset?.moneyEcho !== undefined) echoMoney(target); });
  listen("submit", submit);
  listen("click", ({ target }) => {
    if (target.closest("[data-theme-switch]")) switchTheme();
    if (target.closest("[data-keys-open]")) openKeys();
    if (target.closest("[data-print]")) print();
  });
  listen("change", ({ target }) => {
    if (target.matches("[data-keys-switch]")) memory.set("keys", target.checked ? "on" : "off");
    if (target.matches("[data-dong]")) recount(target.form);
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (leaving || !isUnsaved()) return;
    event.preventDefault();
    event.returnValue = true; // browsers of 2023 and before
  });

  const dress = () => {
    nameSwitch();
    all("[data-keys-open], [data-print]").forEach((button) => { button.hidden = false; });
    all("[data-keys-switch]").forEach((box) => { box.checked = keysOn(); });
    all("[data-money-echo]").forEach((input) => { if (input.value) echoMoney(input); });
  };
  listen("DOMContentLoaded", dress);
  listen("htmx:after:swap", dress);
})();
