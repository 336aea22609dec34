import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytes, type FileReference, MANIFEST_FILE, type Sha256 } from '@edgeloop/protocol';
import type { Test } from 'tap';
import { writeColourPackage } from '../../stand/models/colour-package.ts';
import { KNOWN_DEVICES } from './known-devices.ts';
import { openTestApi } from './open-test-api.ts';
import { sha256 as digestOf } from './pictures.ts';
import { bearer } from './test-api.ts';

/** An API, and an operator who brings packages of models to its task `colours`. */
export async function openModelApi(t: Test) {
  const api = await openTestApi(t, { devices: KNOWN_DEVICES });
  const operator = await bearer(api.tokens, 'operator');
  /** The kinds of events that were told, in their order. */
  const published: string[] = [];
  api.events.subscribe(({ kind }) => published.push(kind));

  async function ask(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    payload?: object,
    authorization = operator,
  ) {
    const response = await api.app.inject({
      method,
      url,
      headers: { authorization },
      ...(payload && { payload }),
    });
    const json = String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode,
      body: json ? JSON.parse(response.body) : response.body,
    };
  }

  async function announce(directory: string, more: object = {}) {
    const manifest = readFileSync(join(directory, MANIFEST_FILE), 'utf8');
    return ask('POST', '/api/models', { task: 'colours', manifest, ...more });
  }

  async function bring(directory: string, files: readonly FileReference[]) {
    for (const { path, sha256, bytes: size } of files) {
      const content = readFileSync(join(directory, path));
      await api.artifacts.write({ sha256, bytes: bytes(size) }, [content]);
    }
  }

  return {
    ...api,
    operator,
    published,
    ask,
    announce,
    bring,

    /** Makes the task, and registers a sound model of it. @returns its digest */
    async register(): Promise<Sha256> {
      await ask('POST', '/api/tasks', { task: 'colours' });
      const sound = await writeColourPackage(join(api.folder, 'sound'));
      const { model, missing } = (await announce(sound)).body;
      await bring(sound, missing);
      const { body } = await ask('POST', `/api/models/${model.digest}/complete`);
      if (body.state !== 'registered') throw new Error(JSON.stringify(body));
      return model.digest;
    },

    /** Of a trainer's report: the file alone, which is told of no model yet. */
    async bringReport(html: string): Promise<Sha256> {
      const content = Buffer.from(html);
      const sha256 = digestOf(content);
      await api.artifacts.write({ sha256, bytes: bytes(content.length) }, [content]);
      return sha256;
    },
  };
}
