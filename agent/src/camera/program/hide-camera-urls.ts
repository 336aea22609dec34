/**
 * Scheme; what stands before the last @ that is before the path; host; and what follows it, as long
 * as the URL goes on.
 */
const CAMERA_URLS = /\b(rtsps?:\/\/)(?:[^\s"/?#]*@)?(\[[^\s"\]]*\]|[^\s"/?#:@…]*)[^\s"]*/gi;

/**
 * A text in which of each RTSP URL the scheme and the host alone are left: cameras take passwords
 * before the host, in the query and in the path (`/user=admin_password=…`), and of some the path is
 * the secret.
 */
export const hideCameraUrls = (text: string): string => text.replace(CAMERA_URLS, '$1$2');

/**
 * What of a camera's URL nobody else may read: name with password, the password as it stands and as
 * it is meant, path and query.
 */
export function secretsOfUrl(url: string): readonly string[] {
  const [, authority = '', rest = ''] = /^\w+:\/\/([^/?#]*)(.*)$/.exec(url) ?? [];
  const user = authority.slice(0, Math.max(0, authority.lastIndexOf('@')));
  const [, password = ''] = /^[^:]*:(.*)$/.exec(user) ?? [];
  const own = password === '' ? [] : [user, password, decoded(password)];
  return [...own, rest].filter((secret) => secret !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
