// Runs in the page, from before its first script on: plain JavaScript, since the bench itself knows no document.

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** The next frame shows what is there now; the one after it, that it was shown. */
async function drawn() {
  await frame();
  await frame();
  return performance.now();
}

/** In ms: the bench fails rather than waits. */
const PATIENCE = 30_000;

async function until(is) {
  const begun = performance.now();
  while (!is()) {
    if (performance.now() - begun > PATIENCE) throw new Error(`waited in vain until ${is}`);
    await frame();
  }
}

/** When devices were drawn, and when the answer to a search was, in ms since the navigation began. */
globalThis.interactive = async (search) => {
  await until(() => document.querySelector('[role=gridcell]'));
  const first = await drawn();
  const input = document.querySelector('input[type=search]');
  input.value = search;
  input.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await until(() => /^1 of /.test(document.querySelector('main [role=status]')?.textContent ?? ''));
  const searched = await drawn();
  const transferredBytes = performance
    .getEntriesByType('resource')
    .reduce((sum, { transferSize }) => sum + transferSize, 0);
  return { drawn: first, searched, transferredBytes };
};

/** Scrolls so many px in each of so many frames. @returns when each was begun */
globalThis.scrollFrames = async ({ step, frames }) => {
  const times = [];
  while (times.length <= frames) {
    times.push(await frame());
    scrollBy({ top: step, behavior: 'instant' });
  }
  return times;
};
