//! What two runs were made with, where that differs and scores may differ by it.

use serde_json::Value;

/// What a pipeline is called, where its texts come from and how it is reported: no score depends on that.
const NO_MATTER: [&str; 6] =
    ["name", "report", "input.original", "input.translation", "input.directory", "input.pairs"];

/// A setting with its values in A and B; `None` where a version has no such setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its place in the pipeline, as `checks.casing.enabled`.
    pub name: String,
    /// As JSON.
    pub values: [Option<Value>; 2],
}

/// The settings that differ between two pipelines, as run.json holds them.
pub fn settings_that_differ(pipelines: [&Value; 2]) -> Vec<Setting> {
    let mut found = Vec::new();
    collect("", pipelines.map(Some), &mut found);
    found
}

fn collect(name: &str, values: [Option<&Value>; 2], found: &mut Vec<Setting>) {
    if let [Some(Value::Object(a)), Some(Value::Object(b))] = values {
        for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
            let place = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
            if !NO_MATTER.contains(&place.as_str()) {
                collect(&place, [a.get(key), b.get(key)], found);
            }
        }
    } else if values[0] != values[1] {
        found.push(Setting { name: name.to_string(), values: values.map(Option::<&Value>::cloned) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_that_change_scores_are_named_with_their_place() {
        let a = json!({"name": "x", "input": {"directory": "a", "languages": null}, "checks": {"casing": {"enabled": true}}, "old": 1});
        let b = json!({"name": "y", "input": {"directory": "b", "languages": "de:en"}, "checks": {"casing": {"enabled": false}, "url": {}}});
        let found = settings_that_differ([&a, &b]);
        let names: Vec<&str> = found.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["input.languages", "checks.casing.enabled", "checks.url", "old"]);
        assert_eq!(found[1].values, [Some(json!(true)), Some(json!(false))]);
        assert_eq!(found[2].values[0], None);
        assert_eq!(settings_that_differ([&a, &a]), []);
    }
}
