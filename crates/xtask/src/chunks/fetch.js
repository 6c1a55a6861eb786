// The bytes of a chunk, within 20 s. No stream: that asks for a type which some hosts do not name.
async function bring(address) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), 20000);
  try {
    const answer = await fetch(address, { signal: stop.signal });
    if (!answer.ok) throw new Error(`${address}: status ${answer.status}`);
    return await answer.arrayBuffer();
  } finally {
    clearTimeout(late);
  }
}
