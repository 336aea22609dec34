/** An operation of the API, as its OpenAPI document has it: `GET /api/devices/{device}`. */
export type Route = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;

/** Undefined: not asked. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The route's method, and its path with each name in braces filled in; `{*}` may hold slashes. */
export function fillPath(
  route: Route,
  values: Readonly<Record<string, string | number>>,
  query: Query,
): { readonly method: string; readonly path: string } {
  const [method = '', template = ''] = route.split(' ');
  const filled = template.replaceAll(/\{(.+?)\}/g, (_whole, name: string) => {
    const value = String(values[name]);
    return name === '*'
      ? value.split('/').map(encodeURIComponent).join('/')
      : encodeURIComponent(value);
  });
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(
    Object.fromEntries(asked.map(([name, value]) => [name, String(value)])),
  );
  return { method, path: asked.length > 0 ? `${filled}?${search}` : filled };
}
