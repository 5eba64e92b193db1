"use strict";

/** What went wrong in any script of the page, from the first on. */
const scriptErrors = [];
window.addEventListener("error", (event) => scriptErrors.push(`${event.message} at ${event.lineno}`));
window.addEventListener("unhandledrejection", (event) => scriptErrors.push(`${event.reason}`));
document.addEventListener("securitypolicyviolation", (event) => scriptErrors.push(`refused: ${event.blockedURI}`));

/** Failed checks, the first of them. */
const failures = [];
let checks = 0;

function check(isTrue, claim) {
  checks++;
  if (!isTrue && failures.length < 20) failures.push(claim);
}

function equal(found, wanted, claim) {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  check(left === right, `${claim}: ${left}, not ${right}`);
}

/** Runs the checks, and leaves behind what came of them. */
function report(run) {
  try { run(); } catch (error) { scriptErrors.push(`${error.stack}`); }
  const text = JSON.stringify({ errors: scriptErrors, failures, checks });
  const bytes = new TextEncoder().encode(text);
  document.body.dataset.outcome = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
