// The device's own page: asks for its state each second, and for pictures as they come, while somebody looks. No library, nothing from elsewhere.

import { attention, duration, facts, seen, status } from './words.js';

/** In ms. A picture is waited for by the agent itself, for ten seconds. */
const [STATE_EVERY, AFTER_FAILURE, DEADLINE] = [1_000, 3_000, 15_000];
/** Classes that have a colour of their own. */
const COLOURS = 8;

const at = (id) => document.getElementById(id);

/** Only where it changes: what is read aloud, or marked, stays. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function make(name, className = '') {
  const element = document.createElement(name);
  element.className = className;
  return element;
}

/** As many children as items, each of which is shown in its own. */
function fill(parent, items, create, show) {
  while (parent.children.length > items.length) parent.lastElementChild.remove();
  while (parent.children.length < items.length) parent.append(create());
  for (const [i, item] of items.entries()) show(parent.children[i], item);
}

const wait = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Nothing is asked for while nobody looks. */
function looked() {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener('visibilitychange', resolve, { once: true });
  });
}

const ask = (path) => fetch(path, { signal: AbortSignal.timeout(DEADLINE) });

/** A camera on the page: its picture comes by itself, as long as the page has it. */
class Camera {
  constructor(id) {
    this.id = id;
    this.told = null;
    this.drawnAt = 0;
    this.element = make('figure', 'camera');
    this.view = make('div', 'view');
    this.image = make('img');
    this.image.alt = `What camera ${id} sees`;
    this.image.hidden = true;
    this.words = make('p', 'caption');
    say(this.words, 'Waiting for a picture …');
    this.view.append(this.words, this.image);
    this.label = make('p', 'label');
    this.score = make('p', 'score');
    this.bar = document.createElement('progress');
    this.bar.max = 1;
    this.bar.setAttribute('aria-hidden', 'true');
    this.since = make('p', 'caption');
    this.figures = make('p', 'caption');
    const caption = make('figcaption', 'seen');
    caption.append(this.label, this.score, this.bar, this.since, this.figures);
    this.element.append(this.view, caption);
    void this.run();
  }

  /** @param camera of the state; where pictures come, each brings what was said of it */
  show(camera, now, several) {
    const state = Date.now() - this.drawnAt < STATE_EVERY * 2 ? this.told.state : camera.state;
    this.told = { ...camera, state };
    this.ahead = now - Date.now();
    this.name = several ? `${camera.id} · ` : '';
    this.write();
  }

  write() {
    const { classes, state } = this.told;
    const { label, score, since, figures } = seen(this.told, Date.now() + this.ahead);
    say(this.label, label);
    say(this.score, score);
    say(this.since, this.name + since);
    say(this.figures, figures);
    this.bar.value = state?.score ?? 0;
    const place = classes.indexOf(label);
    this.label.dataset.class = place < 0 ? '' : String(place % COLOURS);
  }

  async run() {
    let number = 0;
    while (!this.gone) {
      await looked();
      try {
        const answer = await ask(`/page/cameras/${this.id}/picture?after=${number}`);
        if (answer.status === 200) {
          number = Number(answer.headers.get('x-picture-number'));
          const state = decodeURIComponent(answer.headers.get('x-camera-state'));
          await this.draw(await answer.blob(), JSON.parse(state));
        } else if (answer.status === 204) this.missing('No new picture for a while.');
        else {
          this.missing(await answer.text());
          await wait(AFTER_FAILURE);
        }
      } catch {
        // Another agent counts from one again.
        number = 0;
        await wait(AFTER_FAILURE);
      }
    }
  }

  async draw(blob, state) {
    const before = this.image.src;
    this.image.src = URL.createObjectURL(blob);
    // The one before is seen until this one can be.
    await this.image.decode().catch(() => {});
    if (before) URL.revokeObjectURL(before);
    this.view.style.aspectRatio = `${this.image.naturalWidth || 4} / ${this.image.naturalHeight || 3}`;
    this.image.hidden = false;
    this.drawnAt = Date.now();
    if (this.told) {
      this.told = { ...this.told, state };
      this.write();
    }
    this.view.classList.remove('old');
  }

  /** What was seen last stays, and looks as what it is. */
  missing(text) {
    say(this.words, text);
    this.view.classList.add('old');
  }

  close() {
    this.gone = true;
    this.element.remove();
  }
}

const cameras = new Map();

function showCameras(state) {
  const told = new Map(state.cameras.map((camera) => [camera.id, camera]));
  for (const [id, camera] of cameras) {
    if (told.has(id)) continue;
    camera.close();
    cameras.delete(id);
  }
  for (const [id, camera] of told) {
    if (!cameras.has(id)) {
      cameras.set(id, new Camera(id));
      at('cameras').append(cameras.get(id).element);
    }
    cameras.get(id).show(camera, state.now, told.size > 1);
  }
}

function showSafeMode(file) {
  at('safe-mode').hidden = !file?.safeMode;
  if (!file?.safeMode) return;
  const several = file.total === 1 ? 'a mistake' : `${file.total} mistakes`;
  say(at('safe-mode-words'), `No camera and no model runs: ${file.path} has ${several}.`);
  fill(
    at('mistakes'),
    file.mistakes,
    () => {
      const item = make('li');
      item.append(make('span', 'caption'), make('code'));
      return item;
    },
    (item, { line, message }) => {
      say(item.children[0], line === undefined ? '' : `line ${line}`);
      say(item.children[1], message);
    },
  );
  say(
    at('safe-mode-mend'),
    'Mend the file on the device: the agent takes it by itself. Or give the device a configuration in the dashboard: what ran before is taken up with it.',
  );
}

function show(state) {
  const name = state.device ?? 'Edgeloop agent';
  document.title = `${name} – Edgeloop`;
  say(at('device'), name);
  say(at('place'), state.site ? `site ${state.site}` : '');
  const { kind, text } = status(state);
  at('status').className = `state ${kind}`;
  say(at('status'), text);
  showSafeMode(state.agentFile);
  fill(at('problems'), attention(state), () => make('li', 'state warn'), say);
  showCameras(state);
  fill(
    at('facts'),
    facts(state),
    () => {
      const line = make('div');
      line.append(make('dt'), make('dd'));
      return line;
    },
    (line, [fact, words]) => {
      say(line.children[0], fact);
      say(line.children[1], words);
    },
  );
}

let heardAt = null;

for (;;) {
  await looked();
  try {
    const answer = await ask('/page/state');
    if (!answer.ok) throw new Error(await answer.text());
    show(await answer.json());
    heardAt = Date.now();
    await wait(STATE_EVERY);
  } catch {
    at('status').className = 'state idle';
    const since = heardAt === null ? '' : `, for ${duration(Date.now() - heardAt)}`;
    say(at('status'), `the agent does not answer${since}`);
    await wait(AFTER_FAILURE);
  }
}
