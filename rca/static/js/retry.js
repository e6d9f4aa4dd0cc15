// While the house cannot be reached: asks every ten seconds, and only when it answers again loads the page.
setInterval(async () => {
  const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
  if (answer && answer.status !== 503) location.reload();
}, 10000);
