import type { Sha256 } from '@edgeloop/protocol';
import type { ModelPage } from '../../resources/model.ts';
import type { ApiClient } from '../client/api-client.ts';
import { type IdKind, resolveId } from '../client/resolve-id.ts';

const MODEL: IdKind<Sha256> = {
  one: 'a model',
  form: '64 hexadecimal digits',
  whole: /^[0-9a-f]{64}$/,
  beginning: /^[0-9a-f]{6,63}$/,
  list: 'edgeloop models list',
  find: async (api, digest, limit) => {
    const query = { digest, limit };
    const { models } = await api.askJson<ModelPage>('GET /api/models', { query });
    return models.map(({ digest: id, name }) => ({ id, about: name }));
  },
};

/**
 * The digest of a model of the registry, which may be given by its first digits.
 * @throws ControlPlaneError as `resolveId`
 */
export const resolveDigest = (api: ApiClient, text: string): Promise<Sha256> =>
  resolveId(api, MODEL, text);
