import type { DeviceId, SiteId } from '@edgeloop/protocol';
import type { Generated } from 'kysely';

export interface DeviceTables {
  enrolment_tokens: {
    id: string;
    name: string;
    secret_hash: string;
    site: SiteId;
    /** Of the device ids that may enrol with it; null: any. */
    pattern: string | null;
    /** JSON: what each device is tagged with. */
    tags: string;
    /** Whether a device that is enrolled already may enrol again, with another key. */
    may_replace: 0 | 1;
    uses: number;
    used: number;
    created_at: number;
    created_by: string;
    expires_at: number;
    revoked_at: number | null;
  };
  enrolments: {
    device: DeviceId;
    site: SiteId;
    /** Ed25519, SubjectPublicKeyInfo, base64. */
    public_key: string;
    /** Id of the token that it enrolled with. */
    token: string;
    enrolled_at: number;
    /** Its decommissioning has begun then, and goes on after a kill. */
    leaving_at: number | null;
    /** Whether its pictures go, too. */
    with_pictures: Generated<0 | 1>;
  };
  device_tags: { device: DeviceId; tag: string };
  /** `value` is JSON: a text or a number. */
  device_attributes: { device: DeviceId; name: string; value: string };
  /**
   * What was heard of a device, as far as a store over Kysely touches it: it is written by ingest.
   */
  devices: {
    id: Generated<number>;
    device: DeviceId;
    site: SiteId;
    state: Generated<'online' | 'offline' | 'unknown'>;
    state_at: number | null;
    boot_id: Generated<string | null>;
    agent_version: Generated<string | null>;
    first_seen_at: number;
    last_seen_at: number | null;
    /** JSON: `Reported`; null: it has said nothing of it. */
    reported: Generated<string | null>;
    /** JSON: `Health`: the newest. */
    health: Generated<string | null>;
  };
  /** One row: which revision of the fleet it is. */
  fleet_revision: { only: 1; revision: number };
  /** How devices do; written by ingest, but for the revision at which a device last changed. */
  device_figures: {
    device_id: number;
    revision: number;
    raised_at: number;
    /** When it last told its status, or what runs on it. */
    said_revision: Generated<number>;
    /** Frames a second, by its last report; null: none was told. */
    fps: number | null;
  };
  detections: { id: Generated<number>; device_id: number };
  streams: { id: Generated<number>; device_id: number };
  tombstones: { stream_id: number };
  camera_states: { device_id: number };
  health_history: { device_id: number };
}
