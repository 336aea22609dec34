import { TOPICS, type TopicName, topicFilter } from '@edgeloop/protocol';
import type { TSchema } from 'typebox';
import { type PayloadRow, payloadRows } from './payload-rows.ts';

const STYLE = `
  :root { color-scheme: light dark; --text: #1c1b19; --quiet: #66625b; --line: #dedad3; --page: #fbfaf8; }
  @media (prefers-color-scheme: dark) {
    :root { --text: #eceae6; --quiet: #a29d94; --line: #3a3733; --page: #191816; }
  }
  body { margin: 0 auto; max-width: 960px; padding: 24px 16px; background: var(--page); color: var(--text);
    font: 14px/20px system-ui, sans-serif; }
  h1 { font-size: 20px; } h2 { font-size: 16px; margin: 32px 0 4px; } p { margin: 4px 0 8px; }
  code { font: 13px/20px ui-monospace, monospace; overflow-wrap: anywhere; }
  .quiet { color: var(--quiet); }
  .wide { overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); }
  th { font-weight: 600; }`;

/**
 * Every topic with its payload, for a person with a browser: from the table that AsyncAPI's
 * document comes from.
 */
export function topicsPage(version: string): string {
  const names = Object.keys(TOPICS) as TopicName[];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Edgeloop over MQTT</title>
<style>${STYLE}</style>
<h1>Edgeloop over MQTT</h1>
<p class="quiet">Version ${escapeHtml(version)} · <a href="/api/asyncapi.json">AsyncAPI document</a> ·
<a href="/api/docs">HTTP API</a></p>
<p>Payloads are JSON, but for <code>image</code>. Unknown fields are to be ignored; another major has another prefix than
<code>edgeloop/v1</code>.</p>
<nav>${names.map((name) => `<a href="#${name}">${name}</a>`).join(' · ')}</nav>
${names.map(section).join('\n')}
</html>
`;
}

function section(name: TopicName): string {
  const { from, retained, qos, summary, schema } = TOPICS[name];
  return `<section id="${name}">
<h2>${name}</h2>
<p>${escapeHtml(summary)}</p>
<p><code>${escapeHtml(topicFilter(name))}</code> <span class="quiet">from the ${from} · QoS ${qos}${retained ? ' · retained' : ''}</span></p>
${payload(schema)}
</section>`;
}

/** Its fields; of what is not JSON, what it is. */
function payload(schema: TSchema): string {
  const rows = payloadRows(schema);
  const { description = '' } = schema as { description?: string };
  if (rows.length === 0) return `<p>${escapeHtml(description)}</p>`;
  return `<div class="wide"><table>
<thead><tr><th>field<th>type<th>what</thead>
<tbody>${rows.map(line).join('\n')}</tbody>
</table></div>`;
}

const line = ({ path, type, required, description }: PayloadRow) =>
  `<tr><td><code>${escapeHtml(path)}</code><td>${escapeHtml(type)}${required ? '' : ' <span class="quiet">(may be missing)</span>'}<td>${escapeHtml(description)}`;

const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);
