"""Trains models of many shapes with XGBoost and writes what it answers itself.

xgboost_cases.py make FOLDER     model.json, model.ubj, rows.csv, expected.csv in a folder for each case
xgboost_cases.py score FOLDER    scores FOLDER/*/written.json (a model that Vigil wrote) into written.csv
xgboost_cases.py refuse FOLDER   models that are no yes or no: FOLDER/*.json, FOLDER/*.ubj
xgboost_cases.py record FILE     small models of random shapes, each with what it answers: xgboost_random.json.gz
"""
import gzip
import json
import math
import os
import sys

import numpy as np
import xgboost as xgb

CASES = {
    "stump": dict(max_depth=1, rounds=30),
    "depth3_low_base": dict(max_depth=3, base_score=0.1, rounds=40, eta=0.3, scale_pos_weight=20),
    "depth6_exact": dict(max_depth=6, rounds=60, eta=0.2, tree_method="exact"),
    "depth12": dict(max_depth=12, rounds=12, eta=0.5, min_child_weight=0.1, tree_method="hist"),
    "lossguide_unbounded": dict(max_depth=0, max_leaves=200, grow_policy="lossguide", tree_method="hist", rounds=15, min_child_weight=0.01),
    "lossguide_narrow": dict(max_depth=0, max_leaves=90, grow_policy="lossguide", tree_method="hist", rounds=6, min_child_weight=0, features=2, reg_lambda=0.01),
    "deep_chain": dict(max_depth=60, grow_policy="lossguide", tree_method="exact", rounds=3, min_child_weight=0, features=40, reg_lambda=0, eta=1, chain=True),
    "pruned": dict(max_depth=7, gamma=4, rounds=30, tree_method="exact"),
    "forest": dict(max_depth=5, num_parallel_tree=4, subsample=0.6, colsample_bynode=0.5, rounds=8, eta=0.5),
    "dart": dict(booster="dart", max_depth=5, rate_drop=0.3, skip_drop=0.2, rounds=40),
    "dart_forest": dict(booster="dart", normalize_type="forest", sample_type="weighted", one_drop=1, rate_drop=0.2, max_depth=4, rounds=30, base_score=0.2),
    "raw": dict(objective="binary:logitraw", max_depth=4, rounds=20, base_score=0.2),
    "reg_logistic": dict(objective="reg:logistic", max_depth=4, rounds=20, base_score=0.9),
    "early_stopped": dict(max_depth=4, rounds=80, stop=True, eta=0.8),
    "names": dict(max_depth=3, rounds=5, names=True),
    "types": dict(max_depth=4, rounds=5, types=["int", "i", "q", "float"]),
    "lowest_base": dict(max_depth=3, rounds=10, base_score=1e-7),
    "highest_base": dict(max_depth=3, rounds=10, base_score=0.9999999),
    "dart_of_forests": dict(booster="dart", num_parallel_tree=3, rate_drop=0.5, subsample=0.5, max_depth=3, rounds=10),
    "nothing_learnt": dict(max_depth=3, rounds=4, gamma=1e9),
    "hardly_any_rows": dict(max_depth=4, rounds=20, subsample=0.002, min_child_weight=0, reg_lambda=0.1),
    "constrained": dict(max_depth=5, rounds=10, tree_method="hist", max_bin=7, monotone_constraints="(1,-1)", interaction_constraints="[[0,1,2],[2,3,4,5]]",
                        max_delta_step=0.3, reg_alpha=0.5, colsample_bylevel=0.5),
    "approximate": dict(max_depth=5, rounds=10, tree_method="approx", max_leaves=11),
    "one_feature": dict(max_depth=6, rounds=10, features=1),
}

# How a name of the booster, of an objective or of a split says that there is more than fraud or not.
REFUSED = {
    "linear": dict(booster="gblinear"),
    "softprob": dict(objective="multi:softprob", num_class=3),
    "softmax": dict(objective="multi:softmax", num_class=2),
    "squared": dict(objective="reg:squarederror"),
    "rank": dict(objective="rank:pairwise"),
    "hinge": dict(objective="binary:hinge"),
    "targets": dict(targets=2),
    "categorical": dict(tree_method="hist", categorical=True),
}


def exact(document, rows):
    """Shapley values by their formula, a leaf at a time: positive terms only, so double precision keeps its digits."""
    values = np.zeros(rows.shape)
    for row, sums in zip(rows, values):
        for tree in document["model"]["trees"]:
            add_leaves(tree, row, sums, 0, {})
    return values


def add_leaves(tree, row, sums, node, way):
    left, right = tree["left_children"][node], tree["right_children"][node]
    if left < 0:
        leaf = float(np.float32(tree["split_conditions"][node]))
        for feature, (share, taken) in way.items():
            sets = np.ones(1)  # by how many features are known: the sum over all such sets
            for other, (z, o) in way.items():
                if other != feature:
                    sets = np.convolve(sets, [z, o])
            weights = [1 / (len(way) * math.comb(len(way) - 1, size)) for size in range(len(way))]
            sums[feature] += leaf * (taken - share) * np.dot(sets, weights)
        return
    feature, value = tree["split_indices"][node], row[tree["split_indices"][node]]
    goes_left = tree["default_left"][node] if np.isnan(value) else value < np.float32(tree["split_conditions"][node])
    for child, goes in (left, goes_left), (right, not goes_left):
        share, taken = way.get(feature, (1.0, 1.0))
        share *= float(np.float32(tree["sum_hessian"][child])) / float(np.float32(tree["sum_hessian"][node]))
        add_leaves(tree, row, sums, child, {**way, feature: (share, taken if goes else 0.0)})


def text(value):
    if np.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "" if np.isnan(value) else repr(float(value))


def write_csv(path, header, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.write(",".join(header) + "\n")
        for row in rows:
            out.write(",".join(text(v) for v in row) + "\n")


def make(folder, name, case, seed):
    random = np.random.default_rng(seed)
    case = dict(case)
    rounds, features = case.pop("rounds"), case.pop("features", 12)
    stop, named, chain, kinds = case.pop("stop", False), case.pop("names", False), case.pop("chain", False), case.pop("types", None)
    x = random.normal(size=(1500, features)).astype(np.float32)
    x[:, 0] = np.round(x[:, 0] * 20)
    x[random.random(x.shape) < 0.1] = np.nan
    second = x[:, min(1, features - 1)]
    signal = np.nan_to_num(x[:, 0]) / 20 + np.nan_to_num(second) * np.isnan(x[:, -1]) + np.nan_to_num(second) ** 2
    y = (signal + random.normal(size=len(x)) > 1.2).astype(np.float32)
    if chain:  # each feature tells a few rows from all others, so that the tree grows as a chain
        x = np.zeros((1500, features), np.float32)
        y = np.zeros(1500, np.float32)
        for k in range(features):
            x[12 * k:, k] = 1
            y[12 * k:12 * k + 12] = k % 2
    names = [f"naïve feature {i}" for i in range(features)] if named else [f"f{i}" for i in range(features)]
    types = [kinds[f % len(kinds)] for f in range(features)] if kinds else None
    described = dict(feature_names=names if named or kinds else None, feature_types=types)
    train = xgb.DMatrix(x, y, **described)
    params = dict(objective="binary:logistic", nthread=1, seed=seed, verbosity=0)
    params.update(case)
    extra = dict(evals=[(xgb.DMatrix(x[::-1][:300], 1 - y[::-1][:300], **described), "v")], early_stopping_rounds=5, verbose_eval=False) if stop else {}
    booster = xgb.train(params, train, rounds, **extra)

    rows = x[random.integers(0, len(x), 160)].copy()
    document = json.loads(bytes(booster.save_raw("json")))["learner"]["gradient_booster"]
    thresholds = {}
    for tree in document.get("gbtree", document)["model"]["trees"]:
        for left, feature, value in zip(tree["left_children"], tree["split_indices"], tree["split_conditions"]):
            if left >= 0:
                thresholds.setdefault(feature, []).append(np.float32(value))
    for i in range(100):  # exactly on splits, next to them, and the ends of float32
        for f in range(features):
            on = np.float32(random.choice(thresholds.get(f, [np.float32(0)])))
            rows[i, f] = random.choice([on, on, np.nextafter(on, np.float32(9e9)), np.nextafter(on, np.float32(-9e9)), rows[i, f],
                                        np.float32(0), np.float32(-0.0), np.float32(1e-45), np.float32(3.4e38), np.float32(-3.4e38), np.float32("nan")])
    matrix = xgb.DMatrix(rows, **described)
    margins = booster.predict(matrix, output_margin=True)
    path = os.path.join(folder, name)
    os.makedirs(path)
    booster.save_model(os.path.join(path, "model.json"))
    booster.save_model(os.path.join(path, "model.ubj"))
    write_csv(os.path.join(path, "rows.csv"), names, rows)
    write_csv(os.path.join(path, "expected.csv"), ["margin", "probability", *names, "bias"],
              np.column_stack([margins, 1 / (1 + np.exp(-margins.astype(np.float64))), booster.predict(matrix, pred_contribs=True)]))
    if chain:  # too deep for the float32 of pred_contribs: the formula says what is right
        some = [0, 110]
        write_csv(os.path.join(path, "exact.csv"), ["row", *names], np.column_stack([some, exact(document, rows[some])]))
    # What is infinite a matrix refuses; prediction in place takes it.
    infinite = rows.copy()
    infinite[random.random(rows.shape) < 0.2] = np.inf
    infinite[random.random(rows.shape) < 0.2] = -np.inf
    try:
        answers = booster.inplace_predict(infinite, predict_type="margin", missing=np.nan, validate_features=False)
    except xgb.core.XGBoostError:
        return
    write_csv(os.path.join(path, "infinite.csv"), [*names, "margin"], np.column_stack([infinite, answers]))


def refuse(folder):
    random = np.random.default_rng(1)
    x = random.normal(size=(300, 4)).astype(np.float32)
    for name, case in REFUSED.items():
        params = dict(case, nthread=1, verbosity=0)
        targets, categorical = params.pop("targets", 1), params.pop("categorical", False)
        y = (x[:, 0] > 0).astype(np.float32)
        params.setdefault("objective", "binary:logistic")
        if categorical:
            x[:, 2] = random.integers(0, 5, len(x))
            y = ((x[:, 2] == 1) | (x[:, 2] == 4)).astype(np.float32)
        kinds = ["q", "q", "c" if categorical else "q", "q"]
        matrix = xgb.DMatrix(x, np.column_stack([y] * targets) if targets > 1 else y, feature_types=kinds, enable_categorical=categorical)
        if name == "rank":
            matrix.set_group([100, 100, 100])
        booster = xgb.train(params, matrix, 3)
        for ending in "json", "ubj":
            booster.save_model(os.path.join(folder, f"{name}.{ending}"))
    # What its types do not say, its splits do.
    with open(os.path.join(folder, "categorical.json"), encoding="utf-8") as file:
        document = json.load(file)
    document["learner"]["feature_types"] = []
    with open(os.path.join(folder, "splits.json"), "w", encoding="utf-8") as file:
        json.dump(document, file)


def read_csv(path):
    with open(path, encoding="utf-8") as file:
        return np.array([[float(v or "nan") for v in line.rstrip("\n").split(",")] for line in list(file)[1:]], np.float32)


def score(folder):
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        booster = xgb.Booster({"nthread": 1}, model_file=os.path.join(path, "written.json"))
        rows = read_csv(os.path.join(path, "rows.csv"))
        matrix = xgb.DMatrix(rows, feature_names=booster.feature_names, feature_types=booster.feature_types)
        contributions = booster.predict(matrix, pred_contribs=True)
        write_csv(os.path.join(path, "written.csv"), ["margin", *[f"c{i}" for i in range(contributions.shape[1])]],
                  np.column_stack([booster.predict(matrix, output_margin=True), contributions]))


def shorter(value):
    """Numbers as short as they read back to the same float32."""
    if isinstance(value, float):
        return float(str(np.float32(value)))
    if isinstance(value, list):
        return [shorter(v) for v in value]
    return {key: shorter(v) for key, v in value.items()} if isinstance(value, dict) else value


def record(file, models=60):
    recorded = []
    for seed in range(models):
        random = np.random.default_rng(seed)
        features = int(random.integers(2, 12))
        x = random.normal(size=(int(random.integers(60, 400)), features)).astype(np.float32)
        x[:, 0] = np.round(x[:, 0] * 3)
        x[random.random(x.shape) < random.choice([0, 0.1, 0.4])] = np.nan
        y = (np.nan_to_num(x[:, 0]) + np.nan_to_num(x[:, 1]) * np.isnan(x[:, -1]) + random.normal(size=len(x)) > random.choice([0, 1.5])).astype(np.float32)
        dart = seed % 4 == 3
        params = dict(
            objective="binary:logistic", nthread=1, seed=seed, verbosity=0, max_depth=seed % 8 + 1, eta=float(random.choice([0.1, 0.5, 1])),
            base_score=float(random.choice([0.5, 0.01, 0.2, 0.97])), min_child_weight=float(random.choice([0, 0.3, 1])), reg_lambda=float(random.choice([0.1, 1])),
            subsample=float(random.choice([0.6, 1])), colsample_bynode=float(random.choice([0.5, 1])), num_parallel_tree=int(random.choice([1, 1, 2])),
            tree_method=str(random.choice(["exact", "hist", "approx"])), gamma=float(random.choice([0, 0, 0.5])),
            **(dict(booster="dart", rate_drop=0.4, skip_drop=0.2) if dart else {}))
        booster = xgb.train(params, xgb.DMatrix(x, y), int(random.integers(1, 5)))
        # What XGBoost read, not what it trained: the text has fewer digits than memory where it was shortened.
        text = json.dumps(shorter(json.loads(bytes(booster.save_raw("json")))), separators=(",", ":"))
        booster = xgb.Booster({"nthread": 1})
        booster.load_model(bytearray(text, "utf-8"))
        rows = x[random.integers(0, len(x), 12)].copy()
        rows[:6][random.random((6, features)) < 0.3] = np.nan
        rows[11] = np.nan
        matrix = xgb.DMatrix(rows)
        recorded.append(dict(
            depth=params["max_depth"], booster=params.get("booster", "gbtree"), base_score=params["base_score"], model=text,
            rows=[[None if np.isnan(v) else float(str(v)) for v in row] for row in rows],
            margins=shorter(booster.predict(matrix, output_margin=True).astype(float).tolist()),
            contributions=shorter(booster.predict(matrix, pred_contribs=True).astype(float).tolist())))
    with open(file, "wb") as out:
        out.write(gzip.compress(json.dumps(dict(xgboost=xgb.__version__, cases=recorded), separators=(",", ":")).encode(), 9, mtime=0))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        for seed, (name, case) in enumerate(CASES.items()):
            make(sys.argv[2], name, case, seed)
    elif sys.argv[1] == "refuse":
        refuse(sys.argv[2])
    elif sys.argv[1] == "record":
        record(sys.argv[2])
    else:
        score(sys.argv[2])
