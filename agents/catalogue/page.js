"use strict";
(() => {
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const nothing = document.getElementById("nothing");
  const start = document.getElementById("start");
  const menu = document.getElementById("menu");
  const events = [...document.querySelectorAll(".event")].map((node) => ({
    node,
    item: document.querySelector(`nav li[data-for="${CSS.escape(node.id)}"]`),
    text: node.textContent.toLowerCase(),
    agents: [...node.querySelectorAll(".agent")].map((one) => one.dataset.agent),
  }));
  const matches = (one, word) =>
    word.startsWith("agent:") ? one.agents.includes(word.slice(6)) : one.text.includes(word);
  const search = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const one of events) {
      const shown = words.every((word) => matches(one, word));
      one.node.hidden = !shown;
      one.item.hidden = !shown;
      count += shown;
    }
    for (const group of document.querySelectorAll(".group"))
      group.hidden = !group.querySelector(".event:not([hidden])");
    for (const list of document.querySelectorAll("nav ul"))
      list.previousElementSibling.hidden = list.hidden = !list.querySelector("li:not([hidden])");
    start.hidden = words.length > 0;
    nothing.hidden = count > 0;
    found.textContent = words.length ? `${count} of ${events.length}` : "";
  };
  const asked = () => {
    const hash = decodeURIComponent(location.hash.slice(1));
    if (hash.startsWith("find=")) find.value = hash.slice(5);
    return hash.startsWith("find=");
  };
  const remember = () => {
    const hash = find.value ? `#find=${encodeURIComponent(find.value)}` : " ";
    history.replaceState(null, "", hash.trim() || location.pathname + location.search);
  };
  find.addEventListener("input", () => {
    search();
    remember();
  });
  document.addEventListener("click", (event) => {
    const agent = event.target.closest(".agent");
    if (agent) {
      find.value = `agent:${agent.dataset.agent}`;
      search();
      remember();
      window.scrollTo(0, 0);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== find) {
      event.preventDefault();
      find.focus();
    } else if (event.key === "Escape" && document.activeElement === find) {
      find.value = "";
      search();
      remember();
    }
  });
  window.addEventListener("hashchange", () => {
    if (asked()) return search();
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.hidden) {
      find.value = "";
      search();
      target.scrollIntoView();
    }
  });
  for (const block of document.querySelectorAll(".code")) {
    const button = document.createElement("button");
    button.className = "copy";
    button.type = "button";
    button.textContent = "copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.querySelector("code").textContent);
      button.textContent = "copied";
      setTimeout(() => (button.textContent = "copy"), 1200);
    });
    if (navigator.clipboard) block.append(button);
  }
  if (window.matchMedia("(max-width: 60rem)").matches) menu.open = false;
  asked();
  search();
})();
