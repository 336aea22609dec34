import type { Sha256, TaskId } from '@edgeloop/protocol';
import type { Generated } from 'kysely';
import type { AliasName } from './alias-name.ts';
import type { ModelState } from './model-states.ts';

export interface RegistryTables {
  tasks: {
    task: TaskId;
    /** JSON: names, in their order. */
    classes: string;
    created_at: number;
    created_by: string;
  };
  model_versions: {
    id: Generated<number>;
    digest: Sha256;
    task: TaskId;
    name: string;
    /** The bytes of `manifest.json`, as text. */
    manifest: string;
    state: ModelState;
    /** JSON: `ModelRefusal`. */
    refusal: string | null;
    /** JSON: `Signature` over the manifest. */
    signature: string | null;
    /** On the test side, of INT8 where there is one. */
    accuracy: number | null;
    /** The dataset's fingerprint. */
    dataset: Sha256;
    parent: Sha256 | null;
    job: string | null;
    created_at: number;
    created_by: string;
    decided_at: number | null;
  };
  model_files: { digest: Sha256; path: string; sha256: Sha256; bytes: number };
  /** What a trainer wrote for people, beside the package. */
  model_reports: { digest: Sha256; sha256: Sha256; bytes: number; brought_at: number };
  model_aliases: {
    task: TaskId;
    alias: AliasName;
    digest: Sha256;
    set_at: number;
    set_by: string;
  };
  alias_changes: {
    id: Generated<number>;
    task: TaskId;
    alias: AliasName;
    from_digest: Sha256 | null;
    to_digest: Sha256 | null;
    changed_at: number;
    changed_by: string;
  };
}
