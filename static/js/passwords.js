/* How good a new password is, as it is typed. It is judged here and sent nowhere; the server judges
   again, more strictly, when the form is sent. */
"use strict";

(() => {
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll(/[đĐ]/g, "d").toLowerCase();
  const left = (text, words) => words.reduce((rest, word) => rest.replaceAll(word, ""), text);

  const judge = (typed, place) => {
    const folded = fold(typed).replaceAll(/[^\p{L}\p{N}]/gu, "").replaceAll(/(?:19|20)\d\d/g, "");
    const words = place.dataset.words.split(" ").filter(Boolean);
    const length = [...typed.normalize("NFC")].length;
    if (!length) return "";
    if (length < Number(place.dataset.least)) return "short";
    if (new Set(fold(typed)).size < 5) return "easy";
    if (words.some((word) => folded.includes(word)) && left(folded, words).length < 6) return "easy";
    return length < 16 ? "fair" : "good";
  };
  const tell = (place, input) => {
    const found = judge(input.value, place);
    place.value = found && place.dataset[found].replace("{left}", place.dataset.least - [...input.value.normalize("NFC")].length);
    place.dataset.state = found;
  };

  document.querySelectorAll("output[data-judges]").forEach((place) => {
    const input = document.getElementById(place.dataset.judges);
    input.addEventListener("input", () => tell(place, input));
    if (input.value) tell(place, input);
  });
})();
