//! Test only: the mesh, cut exactly as the published pipeline cuts it, against that pipeline's points.
//!
//! The program itself cuts better (centred, evened out), which moves all points by half a pixel of the model's input;
//! this comparison shows that the network, its region and the way back are the published ones.

use std::path::PathBuf;

use super::FaceModels;
use super::find::whole_square;
use super::mesh::square_of;
use super::sample::Sampling;
use crate::domain::geometry::Point;

#[test]
fn the_mesh_agrees_with_the_published_pipeline() {
    let folder = std::env::var_os("TUCAI_PORTRAITS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/portraits"), PathBuf::from);
    let Ok(table) = std::fs::read_to_string(folder.join("facemesh.csv")) else {
        println!("skipped: no portraits in {}", folder.display());
        return;
    };
    let models = FaceModels::load().unwrap();
    let mut distances = Vec::new();
    for line in table.lines().skip(1) {
        let mut fields = line.split(',');
        let name = fields.next().unwrap();
        let values: Vec<f32> = fields.map(|field| field.parse().unwrap()).collect();
        let picture = image::open(folder.join(name)).unwrap().to_rgb8();
        let detection = models.detector.run(&picture, whole_square(&picture)).unwrap().remove(0);
        let mesh = models.mesh.run(&picture, square_of(&detection), Sampling::Points).unwrap();
        assert!(mesh.presence > 0.9, "{name}: {}", mesh.presence);
        let expected = values.as_chunks::<2>().0.iter().map(|[x, y]| Point::new(*x, *y));
        distances.extend(mesh.points.iter().zip(expected).map(|(found, expected)| found.distance(expected)));
    }
    distances.sort_by(f32::total_cmp);
    let quantile = |share: f64| distances[((distances.len() - 1) as f64 * share) as usize];
    println!("mesh against the published pipeline, {} points, pixels of 1350 x 1350:", distances.len());
    println!("  median {:.2}  p95 {:.2}  most {:.2}", quantile(0.5), quantile(0.95), quantile(1.0));
    assert!(quantile(0.5) < 0.5 && quantile(0.95) < 1.0 && quantile(1.0) < 2.0);
}
