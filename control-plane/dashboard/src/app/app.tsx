import { Route, Switch } from 'wouter-preact';
import { Session } from '../session/session.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { PAGES } from './pages.ts';
import { Shell } from './shell.tsx';

export function App() {
  return (
    <Session>
      <Shell>
        <Switch>
          {PAGES.map(({ path, page: Shown }) => (
            <Route key={path} path={path}>
              <Shown />
            </Route>
          ))}
          <Route>
            <Page title="Not found">
              <Empty title="There is no such page.">
                <p>The address may be mistyped, or what it showed was removed.</p>
                <a href="/">To the fleet</a>
              </Empty>
            </Page>
          </Route>
        </Switch>
      </Shell>
    </Session>
  );
}
