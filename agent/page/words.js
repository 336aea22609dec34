// What the page says of the state that it is told: `PageState` of agent/src/local-page/page-state.ts. Pure.

const NO_BREAK_SPACE = '\u00a0';

/** A figure and its unit, which stay on one line. */
const withUnit = (figure, unit) => `${figure}${NO_BREAK_SPACE}${unit}`;

/** How long ago, or for how long: 12 s, 3 min, 2 h, 4 d. */
export function duration(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  if (seconds < 60) return withUnit(seconds, 's');
  if (seconds < 3600) return withUnit(Math.floor(seconds / 60), 'min');
  if (seconds < 172_800) return withUnit(Math.floor(seconds / 3600), 'h');
  return withUnit(Math.floor(seconds / 86_400), 'd');
}

/** 512 B, 64 KiB, 1.5 GiB. */
export function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = count < 1 ? 0 : Math.min(4, Math.floor(Math.log2(count) / 10));
  const value = count / 1024 ** power;
  return withUnit(value < 10 && power > 0 ? value.toFixed(1) : Math.round(value), units[power]);
}

/** In a few words, with the shape that stands for it. */
export function status(state) {
  if (state.agentFile?.safeMode) return { kind: 'bad', text: 'safe mode' };
  const count = attention(state).length;
  if (count > 0) return { kind: 'warn', text: count === 1 ? '1 problem' : `${count} problems` };
  return { kind: 'good', text: 'all is well' };
}

/** What needs someone: what the agent says is wrong, and what is wrong with its cameras and its machine. */
export function attention({ agentFile, problems, cameras, health }) {
  const told = agentFile?.safeMode ? [] : problems;
  const faults = cameras.flatMap(({ id, fault }) =>
    fault ? [`camera ${id}: ${fault.message}`] : [],
  );
  return [...told, ...faults, ...machine(health)];
}

function machine(health) {
  const { throttling, clockSynchronized } = health ?? {};
  const found = [];
  if (throttling?.underVoltage)
    found.push('Too little voltage: look at the power supply and its cable.');
  if (throttling?.throttled || throttling?.frequencyCapped) {
    found.push('The machine slows itself down: it is too hot, or has too little voltage.');
  }
  if (clockSynchronized === false)
    found.push('Its clock is not set: times may be wrong until it is.');
  return found;
}

/** What the camera shows, beside its picture. */
export function seen({ state, framesPerSecond, inferenceMillis, finished, resting }, now) {
  const rate = `${framesPerSecond.toFixed(1)} a second`;
  const time =
    inferenceMillis === null
      ? ''
      : ` · ${withUnit(inferenceMillis.toFixed(inferenceMillis < 10 ? 1 : 0), 'ms')}`;
  const off = finished ? 'it has no more pictures' : resting ? 'off now, by its schedule' : null;
  return {
    label: state === null ? '–' : (state.label ?? 'nothing'),
    score: state === null ? '' : withUnit(Math.round(state.score * 100), '%'),
    since:
      state === null
        ? 'it has not said anything yet'
        : `for ${duration(now - Date.parse(state.since))}`,
    figures: off ?? rate + time,
  };
}

/** Name and words of each line. */
export function facts({ broker, models, health, version }) {
  const lines = [];
  if (broker)
    lines.push(['Broker', `${broker.host}, ${broker.connected ? 'connected' : 'not connected'}`]);
  for (const { slot, name, model, update } of models) {
    const where = models.length > 1 ? `${slot}: ` : '';
    const doing = update && update.state !== 'committed' ? `, update: ${update.state}` : '';
    lines.push(['Model', `${where}${name} ${model.slice(0, 8)}${doing}`]);
  }
  lines.push([
    'Agent',
    health ? `${version}, up for ${duration(health.uptimeSeconds * 1000)}` : version,
  ]);
  if (!health) return lines;
  const { outbox, temperatureCelsius, throttling, clockSynchronized, diskFreeBytes } = health;
  const { inferenceIntervalMillis: interval = 0 } = health;
  lines.push(['Waiting', outbox.rows === 1 ? '1 result' : `${outbox.rows} results`]);
  if (temperatureCelsius !== undefined) {
    const slowed = interval > 0 ? `, one inference in ${withUnit(interval, 'ms')} on purpose` : '';
    lines.push(['Temperature', `${withUnit(Math.round(temperatureCelsius), '°C')}${slowed}`]);
  }
  if (throttling) lines.push(['Power', power(throttling)]);
  if (clockSynchronized !== undefined) lines.push(['Clock', clockSynchronized ? 'set' : 'not set']);
  lines.push(['Memory', bytes(health.rssBytes)]);
  if (diskFreeBytes !== undefined) lines.push(['Disk', `${bytes(diskFreeBytes)} free`]);
  return lines;
}

function power({ underVoltage, throttled, frequencyCapped, sinceBoot }) {
  if (underVoltage) return 'too little voltage, now';
  if (throttled || frequencyCapped) return 'slowed down, now';
  if (sinceBoot.underVoltage) return 'enough voltage, but not always since it booted';
  return sinceBoot.throttled ? 'well, but slowed down since it booted' : 'well';
}
