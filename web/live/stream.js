// Pictures without end: multipart/x-mixed-replace, read part by part, so that the page knows each frame's number and
// when it was captured. Of frames that come faster than they are drawn the newest is drawn.
import { stream } from "./api.js";

const decoder = new TextDecoder();

// Yields {head, bytes} for each part.
async function* parts(reader) {
  let data = new Uint8Array(0);
  const fill = async () => {
    const { value, done } = await reader.read();
    if (done) return false;
    const joined = new Uint8Array(data.length + value.length);
    joined.set(data);
    joined.set(value, data.length);
    data = joined;
    return true;
  };
  const find = (pattern) => {
    outer: for (let i = 0; i + pattern.length <= data.length; ++i) {
      for (let k = 0; k < pattern.length; ++k) if (data[i + k] !== pattern[k]) continue outer;
      return i;
    }
    return -1;
  };
  const blank = [13, 10, 13, 10];
  const boundary = new TextEncoder().encode("--seafusion\r\n");
  while (true) {
    let at;
    while ((at = find(blank)) < 0) if (!await fill()) return;
    const begin = find(boundary);
    const head = new Map(decoder.decode(data.subarray(begin + boundary.length, at)).split("\r\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    const length = Number(head.get("content-length"));
    while (data.length < at + 4 + length) if (!await fill()) return;
    yield { head, bytes: data.slice(at + 4, at + 4 + length) };
    data = data.subarray(at + 4 + length + 2);
  }
}

// Calls draw({pictures: Map(view -> ImageBitmap), number, captured, time}) for frames of `views`, and lost() when the
// program cannot be reached; tries again then. Returns a function that ends it.
export function watch(views, draw, lost) {
  const control = new AbortController();
  const wanted = new Set(views);
  let ended = false;
  (async () => {
    while (!ended) {
      try {
        const answer = await stream(`/stream?view=${[...wanted].join(",")}`, control.signal);
        if (!answer.ok) throw new Error((await answer.json()).error);
        let parts_ = new Map(), busy = false, next = null;
        const show = async (frame) => {
          busy = true;
          const names = [...frame.parts.keys()];
          const bitmaps = await Promise.all(names.map((name) => createImageBitmap(new Blob([frame.parts.get(name)], { type: "image/jpeg" }))));
          if (!ended) draw({ ...frame, pictures: new Map(names.map((name, i) => [name, bitmaps[i]])) });
          else bitmaps.forEach((bitmap) => bitmap.close());
          busy = false;
          if (next) {
            const newest = next;
            next = null;
            await show(newest);
          }
        };
        let number = -1;
        for await (const { head, bytes } of parts(answer.body.getReader())) {
          if (Number(head.get("x-frame")) !== number) parts_ = new Map();
          number = Number(head.get("x-frame"));
          parts_.set(head.get("x-view"), bytes);
          if (parts_.size < wanted.size) continue;
          const frame = { parts: parts_, number, captured: Number(head.get("x-captured")), time: Number(head.get("x-time")) };
          parts_ = new Map();
          if (busy) next = frame;
          else show(frame).catch(() => { busy = false; });
        }
      } catch (error) {
        if (ended) return;
        lost(error);
      }
      if (!ended) await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  })();
  return () => {
    ended = true;
    control.abort();
  };
}
