import { storedKey } from './api/api-key.ts';
import { createDetectQueue } from './state/detect-queue.ts';
import { createStore } from './state/store.ts';
import { createAnswerView } from './view/answer-view.ts';
import { createBoxLayer } from './view/box-layer.ts';
import { createCamera } from './view/camera.ts';
import { createClassChips } from './view/class-chips.ts';
import { createDownload } from './view/download.ts';
import { createEdgeCard } from './view/edge-card.ts';
import { createIntake } from './view/intake.ts';
import { createKeyDialog } from './view/key-dialog.ts';
import { createLayout } from './view/layout.ts';
import { createModelChoice, loadModelsAtStart } from './view/models.ts';
import { createProblemCard } from './view/problem-card.ts';
import { createProgress } from './view/progress.ts';
import { createStage } from './view/stage.ts';
import { createStrip } from './view/strip.ts';
import { createThreshold } from './view/threshold.ts';
import { createTimings } from './view/timings.ts';

const store = createStore();
const queue = createDetectQueue(store);
store.set({ key: storedKey() });

createLayout(store);
createIntake(store, queue);
const camera = createCamera(store);
createProgress(store);
createProblemCard(store, queue, camera);
createThreshold(store);
createClassChips(store);
createTimings(store);
createAnswerView(store);
createStrip(store);
// After the layout, which gives the stage its size.
createStage(store);
// After the stage, which knows whether the picture that is shown now can be read.
createDownload(store);
createBoxLayer(store);
createEdgeCard(store);
createModelChoice(store, queue);
createKeyDialog(store, queue);

void loadModelsAtStart(store);
